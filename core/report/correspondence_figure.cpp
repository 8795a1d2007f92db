#include "core/report/correspondence_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/figures/grid.h"
#include "core/io/csv.h"
#include "core/report/estimate_json.h"
#include "core/report/story_json.h"

namespace zf {

namespace {

constexpr std::array<PaperPart, 4> kTable1{{{"right_eye", {.067, .069}, {.007, .015}},
                                            {"left_eye", {.069, .068}, {.007, .013}},
                                            {"nose", {.079, .069}, {.017, .011}},
                                            {"random", {.107, .073}, {.017, .014}}}};

std::string with_spaces(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string cell(double mean, double deviation) { return fmt::format("{:.3f} ({:.3f})", mean, deviation); }

Tile tile_of(const Tensor& pixels, const Preprocess& preprocess, std::string label) {
  Image image = to_image(preprocess, pixels.values(), pixels.shape().map());
  return {{image.width, image.height, std::move(image.rgb)}, std::move(label)};
}

}  // namespace

std::optional<PaperPart> table1_of_the_paper(std::string_view part) {
  const auto* const found = std::find_if(kTable1.begin(), kTable1.end(), [&](const PaperPart& line) { return part == line.name; });
  return found == kTable1.end() ? std::nullopt : std::optional(*found);
}

Picture draw_masks(const CorrespondenceJob& job, const std::vector<PartResult>& results, const Preprocess& preprocess) {
  std::vector<Tile> tiles;
  for (std::size_t i = 0; i < job.faces().size(); ++i) {
    const Face& face = job.faces()[i];
    tiles.push_back(tile_of(face.pixels, preprocess, "as it is"));
    for (std::size_t line = 0; line < results.size(); ++line) {
      tiles.push_back(tile_of(job.masked(face, job.places(line, 0)[i]), preprocess, with_spaces(results[line].name)));
    }
  }
  GridStyle style;
  style.columns = static_cast<int>(results.size()) + 1;
  return draw_grid(tiles, style);
}

std::string correspondence_table(const std::vector<PartResult>& results, const std::array<std::string, 2>& layers) {
  constexpr int kName = 14;
  constexpr int kCell = 16;
  std::string text = fmt::format("{:{}}{:{}}{:{}}\n{:{}}", "", kName, layers[0], 2 * kCell, layers[1], 2 * kCell, "", kName);
  for (std::size_t k = 0; k < layers.size(); ++k) text += fmt::format("{:{}}{:{}}", "here", kCell, "the paper", kCell);
  for (const PartResult& result : results) {
    const std::optional<PaperPart> paper = table1_of_the_paper(result.name);
    text += fmt::format("\n{:{}}", with_spaces(result.name), kName);
    for (std::size_t k = 0; k < layers.size(); ++k) {
      text += fmt::format("{:{}}{:{}}", cell(result.mean[k], result.deviation[k]), kCell,
                          paper ? cell(paper->mean[k], paper->deviation[k]) : "", kCell);
    }
  }
  return text + "\n";
}

std::string correspondence_csv(const CorrespondenceJob& job, const std::vector<PartResult>& results,
                               const std::array<std::string, 2>& layers) {
  CsvText text({"part", "layer", "image_1", "image_2", "hamming"});
  const std::size_t faces = job.faces().size();
  for (const PartResult& result : results) {
    for (std::size_t k = 0; k < layers.size(); ++k) {
      for (std::size_t a = 0; a < faces; ++a) {
        for (std::size_t b = a + 1; b < faces; ++b) {
          text.add({result.name, layers[k], job.faces()[a].image, job.faces()[b].image, csv_number(result.pairs[k][a * faces + b])});
        }
      }
    }
  }
  return text.text();
}

nlohmann::ordered_json correspondence_json(const std::vector<PartResult>& results, const std::array<std::string, 2>& layers) {
  nlohmann::ordered_json parts = nlohmann::ordered_json::array();
  for (const PartResult& result : results) {
    const std::optional<PaperPart> paper = table1_of_the_paper(result.name);
    nlohmann::ordered_json columns = nlohmann::ordered_json::array();
    for (std::size_t k = 0; k < layers.size(); ++k) {
      nlohmann::ordered_json column{{"layer", layers[k]},
                                    {"mean", result.mean[k]},
                                    {"deviation", result.deviation[k]},
                                    {"low", result.interval[k].low},
                                    {"high", result.interval[k].high}};
      if (result.name != "random") column["minus_random"] = estimate_json(result.minus_random[k]);
      if (paper) column["paper"] = {{"mean", paper->mean[k]}, {"deviation", paper->deviation[k]}};
      columns.push_back(column);
    }
    parts.push_back({{"part", result.name}, {"layers", columns}});
  }
  return parts;
}

std::vector<OutputFile> correspondence_files(const CorrespondenceJob& job, const std::vector<PartResult>& results,
                                             const std::array<std::string, 2>& layers, const nlohmann::ordered_json& json) {
  return {text_file("correspondence.csv", correspondence_csv(job, results, layers)), json_file("correspondence.json", json),
          text_file("table1.txt", correspondence_table(results, layers))};
}

}  // namespace zf
