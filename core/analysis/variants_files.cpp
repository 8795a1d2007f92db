#include "core/analysis/variants_files.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/data/setup.h"
#include "core/io/atomic_file.h"
#include "core/io/json_fields.h"
#include "core/tensor/error.h"

namespace zf {

using nlohmann::json;

json variant_setup(const Model& model, const Recipe& recipe, const PhotoStore& training, const PhotoStore& judged,
                   const PhotoStore& validation) {
  json setup = training_setup(model, recipe, training.dataset(), validation.dataset());
  setup["train error's photos"] = fingerprint(judged.dataset());
  return setup;
}

void write_variant_result(const std::string& path, const VariantResult& result, const json& setup) {
  const json value = {{"name", result.name},
                      {"parameters", result.parameters},
                      {"epochs", result.epochs},
                      {"train_photos", result.train_photos},
                      {"val_photos", result.val_photos},
                      {"train_top1_error", result.errors.train_top1},
                      {"val_top1_error", result.errors.val_top1},
                      {"val_top5_error", result.errors.val_top5},
                      {"seconds", result.seconds},
                      {"setup", setup}};
  write_file(path, dump_json(value, path, 1) + "\n");
}

VariantResult read_variant_result(const std::string& path, const json& setup) {
  const std::vector<std::byte> bytes = read_file(path);
  constexpr int kMaxDepth = 8;
  const json value = parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path, kMaxDepth);
  VariantResult result;
  try {
    check_same_setup(path, value.at("setup"), setup);
    result = {
        value.at("name").get<std::string>(),
        value.at("parameters").get<std::int64_t>(),
        value.at("epochs").get<int>(),
        value.at("train_photos").get<std::int64_t>(),
        value.at("val_photos").get<std::int64_t>(),
        {value.at("train_top1_error").get<double>(), value.at("val_top1_error").get<double>(), value.at("val_top5_error").get<double>()},
        value.at("seconds").get<double>()};
  } catch (const json::exception& error) {
    fail("{}: expected the result of a trained variant, found: {}", path, error.what());
  }
  return result;
}

nlohmann::ordered_json table3_json(std::span<const VariantResult> results) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const VariantResult& result = results[i];
    const VariantErrors& paper = table3_of_the_paper().at(i);
    rows.push_back({{"variant", result.name},
                    {"parameters", result.parameters},
                    {"epochs", result.epochs},
                    {"train_top1_error", result.errors.train_top1},
                    {"val_top1_error", result.errors.val_top1},
                    {"val_top5_error", result.errors.val_top5},
                    {"seconds", result.seconds},
                    {"paper", {paper.train_top1, paper.val_top1, paper.val_top5}}});
  }
  return rows;
}

std::string table3_csv(std::span<const VariantResult> results) {
  std::string csv =
      "variant,parameters,epochs,train_photos,val_photos,train_top1_error,val_top1_error,val_top5_error,seconds,"
      "paper_train_top1_error,paper_val_top1_error,paper_val_top5_error\n";
  for (std::size_t i = 0; i < results.size(); ++i) {
    const VariantResult& r = results[i];
    const VariantErrors& paper = table3_of_the_paper().at(i);
    csv +=
        fmt::format("{},{},{},{},{},{},{},{},{:.0f},{},{},{}\n", r.name, r.parameters, r.epochs, r.train_photos, r.val_photos,
                    r.errors.train_top1, r.errors.val_top1, r.errors.val_top5, r.seconds, paper.train_top1, paper.val_top1, paper.val_top5);
  }
  return csv;
}

std::vector<VariantResult> read_table3(const CsvTable& table) {
  if (table.rows() < 1 || table.rows() > table3_of_the_paper().size()) {
    fail("{}: expected 1 to {} variants, found {}", table.name(), table3_of_the_paper().size(), table.rows());
  }
  std::vector<VariantResult> results;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto within = [&](const char* column, double most) {
      const double value = table.number(row, column);
      if (value < 0 || value > most) fail("{}: expected a {} of 0 to {}, found {}", table.where(row), column, most, value);
      return value;
    };
    constexpr double kMost = 1e15;
    constexpr double kMostEpochs = 1e6;
    VariantResult result;
    result.name = table.text(row, "variant");
    result.parameters = static_cast<std::int64_t>(within("parameters", kMost));
    result.epochs = static_cast<int>(within("epochs", kMostEpochs));
    result.train_photos = static_cast<std::int64_t>(within("train_photos", kMost));
    result.val_photos = static_cast<std::int64_t>(within("val_photos", kMost));
    result.errors = {within("train_top1_error", 1), within("val_top1_error", 1), within("val_top5_error", 1)};
    result.seconds = within("seconds", kMost);
    results.push_back(std::move(result));
  }
  return results;
}

std::string table3_markdown(std::span<const VariantResult> results) {
  std::string text =
      "Errors in percent, ours beside the paper's on ImageNet 2012 (Table 3).\n\n"
      "| variant | parameters, M | train top-1 | val top-1 | val top-5 | paper: train top-1 | val top-1 | val top-5 |\n"
      "|---|--:|--:|--:|--:|--:|--:|--:|\n";
  for (std::size_t i = 0; i < results.size(); ++i) {
    const VariantResult& r = results[i];
    const VariantErrors& paper = table3_of_the_paper().at(i);
    text += fmt::format("| {} | {:.2f} | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.1f} |\n", r.name,
                        static_cast<double>(r.parameters) / 1e6, 100 * r.errors.train_top1, 100 * r.errors.val_top1,
                        100 * r.errors.val_top5, 100 * paper.train_top1, 100 * paper.val_top1, 100 * paper.val_top5);
  }
  if (results.empty()) return text;
  return text + fmt::format(
                    "\n{} epochs each. Train errors are of one centre crop without dropout on {} training photos, validation "
                    "errors of one centre crop on {} photos.\n",
                    results[0].epochs, results[0].train_photos, results[0].val_photos);
}

}  // namespace zf
