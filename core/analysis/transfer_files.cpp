#include "core/analysis/transfer_files.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "core/data/setup.h"
#include "core/io/atomic_file.h"
#include "core/io/json_fields.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

using nlohmann::json;

/// What the paper reports in percent; empty where nothing.
struct PaperRow {
  std::string_view classifier;
  int layer;
  std::string_view caltech101_15;
  std::string_view caltech101_30;
  std::string_view caltech256_60;
};

/// Table 7; softmax on layer 7 and "scratch" are Table 4's, too.
constexpr std::array<PaperRow, 9> kPaper = {{{"svm", 1, "", "44.8", "24.6"},
                                             {"svm", 2, "", "66.2", "39.6"},
                                             {"svm", 3, "", "72.3", "46.0"},
                                             {"svm", 4, "", "76.6", "51.3"},
                                             {"svm", 5, "", "86.2", "65.6"},
                                             {"svm", 7, "", "85.5", "71.7"},
                                             {"softmax", 5, "", "82.9", "65.7"},
                                             {"softmax", 7, "83.8", "86.5 (85.4 in Table 7)", "72.6"},
                                             {"scratch", 0, "22.8", "46.5", ""}}};

PaperRow paper(std::string_view classifier, int layer) {
  const auto* const found =
      std::find_if(kPaper.begin(), kPaper.end(), [&](const PaperRow& row) { return row.classifier == classifier && row.layer == layer; });
  return found == kPaper.end() ? PaperRow{} : *found;
}

/// Mean and standard deviation over the splits.
struct Summary {
  int splits = 0;
  double mean = 0;
  double deviation = 0;
};

Summary summarise(std::span<const double> values) {
  Summary s;
  s.splits = static_cast<int>(values.size());
  for (const double value : values) s.mean += value / s.splits;
  if (s.splits < 2) return s;
  for (const double value : values) s.deviation += (value - s.mean) * (value - s.mean) / (s.splits - 1);
  s.deviation = std::sqrt(s.deviation);
  return s;
}

/// A line of the table: what was learnt, by whom.
struct Key {
  std::string classifier;
  int layer = 0;
  int epochs = 0;
  friend bool operator==(const Key&, const Key&) = default;
};

std::vector<Key> keys_of(std::span<const TransferResult> results) {
  std::vector<Key> keys;
  for (const TransferResult& r : results) {
    const Key key{r.classifier, r.layer, r.epochs};
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  std::stable_sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    const auto rank = [](const Key& k) { return k.classifier == "svm" ? 0 : (k.classifier == "scratch" ? 2 : 1); };
    return std::pair(rank(a), a.layer) < std::pair(rank(b), b.layer);
  });
  return keys;
}

std::vector<int> counts_of(std::span<const TransferResult> results) {
  std::set<int> counts;
  for (const TransferResult& r : results) counts.insert(r.per_class);
  return {counts.begin(), counts.end()};
}

/// The results of a line with that many photos.
std::vector<TransferResult> splits_of(std::span<const TransferResult> results, const Key& key, int per_class) {
  std::vector<TransferResult> found;
  for (const TransferResult& r : results) {
    if (Key{r.classifier, r.layer, r.epochs} == key && r.per_class == per_class) found.push_back(r);
  }
  return found;
}

Summary class_accuracy(std::span<const TransferResult> splits) {
  std::vector<double> values;
  for (const TransferResult& r : splits) values.push_back(r.accuracy.mean_class);
  return summarise(values);
}

Summary plain_accuracy(std::span<const TransferResult> splits) {
  std::vector<double> values;
  for (const TransferResult& r : splits) values.push_back(r.accuracy.plain);
  return summarise(values);
}

std::string percent(const Summary& s) {
  if (s.splits == 0) return "";
  if (s.splits == 1) return fmt::format("{:.1f}", 100 * s.mean);
  return fmt::format("{:.1f} ± {:.1f}", 100 * s.mean, 100 * s.deviation);
}

}  // namespace

nlohmann::ordered_json to_json(const TransferResult& r) {
  return {{"classifier", r.classifier},
          {"layer", r.layer},
          {"per_class", r.per_class},
          {"split", r.split},
          {"cost", r.cost},
          {"epochs", r.epochs},
          {"values", r.values},
          {"mean_class_accuracy", r.accuracy.mean_class},
          {"accuracy", r.accuracy.plain},
          {"seconds", r.seconds}};
}

void write_transfer_results(const std::string& path, std::span<const TransferResult> results, const json& setup) {
  json rows = json::array();
  for (const TransferResult& r : results) rows.push_back(json(to_json(r)));
  write_file(path, dump_json({{"setup", setup}, {"results", rows}}, path, 1) + "\n");
}

std::vector<TransferResult> read_transfer_results(const std::string& path, const json& setup) {
  const std::vector<std::byte> bytes = read_file(path);
  constexpr int kMaxDepth = 8;
  const json value = parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path, kMaxDepth);
  std::vector<TransferResult> results;
  try {
    check_same_setup(path, value.at("setup"), setup);
    for (const json& r : value.at("results")) {
      results.push_back({r.at("classifier").get<std::string>(),
                         r.at("layer").get<int>(),
                         r.at("per_class").get<int>(),
                         r.at("split").get<int>(),
                         r.at("cost").get<double>(),
                         r.at("epochs").get<int>(),
                         r.at("values").get<int>(),
                         {r.at("mean_class_accuracy").get<double>(), r.at("accuracy").get<double>()},
                         r.at("seconds").get<double>()});
    }
  } catch (const json::exception& error) {
    fail("{}: expected the results of a transfer, found: {}", path, error.what());
  }
  return results;
}

std::string transfer_csv(std::span<const TransferResult> results) {
  std::string csv =
      "classifier,layer,values,per_class,splits,cost,scratch_epochs,mean_class_accuracy,mean_class_accuracy_deviation,accuracy,"
      "accuracy_deviation\n";
  for (const Key& key : keys_of(results)) {
    for (const int per_class : counts_of(results)) {
      const std::vector<TransferResult> splits = splits_of(results, key, per_class);
      if (splits.empty()) continue;
      const Summary by_class = class_accuracy(splits);
      const Summary plain = plain_accuracy(splits);
      csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", key.classifier, key.layer, splits[0].values, per_class, by_class.splits,
                         splits[0].cost, key.epochs, by_class.mean, by_class.deviation, plain.mean, plain.deviation);
    }
  }
  return csv;
}

std::string transfer_markdown(std::span<const TransferResult> results) {
  const std::vector<int> counts = counts_of(results);
  std::string text = "| classifier | layer | values |";
  std::string rule = "|---|--:|--:|";
  for (const int count : counts) {
    text += fmt::format(" {0} a class | all photos alike |", count);
    rule += "--:|--:|";
  }
  text += " paper, Caltech-101: 15 | 30 | Caltech-256: 60 |\n" + rule + "--:|--:|--:|\n";
  for (const Key& key : keys_of(results)) {
    const bool scratch = key.layer == 0;
    std::string cells;
    int values = 0;
    for (const int count : counts) {
      const std::vector<TransferResult> splits = splits_of(results, key, count);
      if (!splits.empty()) values = splits[0].values;
      cells += fmt::format(" {} | {} |", percent(class_accuracy(splits)), percent(plain_accuracy(splits)));
    }
    const PaperRow row = paper(key.classifier, key.layer);
    const std::string name = scratch ? fmt::format("from scratch, {} epochs", key.epochs) : key.classifier;
    text += fmt::format("| {} | {} | {} |{} {} | {} | {} |\n", name, scratch ? "all" : std::to_string(key.layer),
                        scratch ? "" : std::to_string(values), cells, row.caltech101_15, row.caltech101_30, row.caltech256_60);
  }
  return text +
         "\nAccuracies in percent, mean ± standard deviation over the splits. \"N a class\" is the mean of the classes' accuracies with N "
         "training photos each, as the paper counts on Caltech-101; beside it every test photo counts alike.\n";
}

}  // namespace zf
