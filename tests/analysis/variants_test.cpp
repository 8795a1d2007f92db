// Table 3's retraining: what it lists and writes, and that a stopped job ends like one that ran through.
#include "core/analysis/variants.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "core/analysis/variants_files.h"
#include "core/nn/edit.h"
#include "tests/expect_error.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;

constexpr std::size_t kBudget = std::size_t{1} << 24U;

RetrainingOptions quick_options(const std::string& out) {
  RetrainingOptions options;
  options.recipe.epochs = 2;
  options.recipe.batch = 4;
  options.recipe.warmup = 2;
  options.preprocess.resize = 64;
  options.preprocess.crop = {64, 64};
  options.preprocess.mean = {128, 128, 128};
  options.preprocess.std = {58, 58, 58};
  options.out = out;
  options.checkpoint_seconds = 0;  // after every training step
  return options;
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The table without the column of seconds.
std::string without_seconds(const std::string& csv) {
  std::istringstream lines(csv);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    int column = 0;
    for (std::string field; std::getline(fields, field, ',');) {
      if (column++ != 8) result += field + ",";
    }
    result += "\n";
  }
  return result;
}

class RetrainingTest : public ::testing::Test {
 protected:
  void SetUp() override { test::write_dataset(data_.path(), 3, 2); }

  /// As a new process would.
  [[nodiscard]] std::unique_ptr<Retraining> start(const RetrainingOptions& options) {
    const PhotoStore::Limits limits{64, kBudget};
    training_ = std::make_unique<PhotoStore>(list_dataset(data_.path(), Split::kTrain), decoder_, limits);
    validation_ = std::make_unique<PhotoStore>(list_dataset(data_.path(), Split::kValidation), decoder_, limits);
    return std::make_unique<Retraining>(*backend_, table3_variants({.size = 64, .width = 0.04, .fc = 8, .classes = 3}), options, *training_,
                                        *training_, *validation_);
  }

  const std::unique_ptr<Backend> backend_ = make_cpu_backend(1);
  test::TemporaryFolder data_;
  test::TemporaryFolder runs_;
  test::SyntheticDecoder decoder_;
  std::unique_ptr<PhotoStore> training_;
  std::unique_ptr<PhotoStore> validation_;
};

TEST_F(RetrainingTest, TrainsEveryVariantAndKeepsModelsAndTable) {
  const auto job = start(quick_options(runs_.path("run")));
  run(*job);
  ASSERT_EQ(job->results().size(), 12U);
  EXPECT_EQ(job->progress(), 1);
  std::set<std::string> names;
  for (const VariantResult& result : job->results()) {
    names.insert(result.name);
    EXPECT_EQ(result.train_photos, 9);
    EXPECT_EQ(result.val_photos, 6);
    const std::string folder = runs_.path("run/" + result.name);
    EXPECT_FALSE(fs::exists(folder + "/checkpoint.safetensors"));
    // The errors are those of the model that stays, up to its rounding to half precision.
    const Model model = load_model(folder + "/model.safetensors");
    const Net net(*backend_, model.network, model.parameters);
    Evaluation evaluation(net, *training_, model.preprocess, {});
    run(evaluation);
    EXPECT_NEAR(evaluation.result().top1_error, result.errors.train_top1, 1.5 / 9) << result.name;
  }
  EXPECT_EQ(names.size(), 12U);
  const std::string csv = read(runs_.path("run/table3.csv"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 13);
  // The paper's row of the wide net.
  EXPECT_NE(csv.find(",0.188,0.375,0.16\n"), std::string::npos) << csv;
  EXPECT_NE(read(runs_.path("run/table3.md")).find("| 71.1 | 71.3 | 50.1 |"), std::string::npos);
}

TEST(Table3, IsReadAsItWasWritten) {
  const std::vector<VariantResult> results = {{"alexnet", 1234567, 9, 90, 60, {0.25, 0.5, 0.125}, 12},
                                              {"alexnet-without-3-4", 99, 9, 90, 60, {1, 0.75, 0}, 3}};
  const std::string text = table3_csv(results);
  const std::vector<VariantResult> read = read_table3(CsvTable::parse(text, "table3.csv"));
  EXPECT_EQ(table3_csv(read), text);
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1].name, "alexnet-without-3-4");
  EXPECT_EQ(read[0].parameters, 1234567);
  EXPECT_EQ(read[0].errors.val_top5, 0.125);
}

TEST(Table3, OtherTablesAreErrorsThatNameThePlace) {
  const std::string text = table3_csv(std::vector<VariantResult>{{"alexnet", 1, 9, 90, 60, {0.25, 0.5, 0.125}, 12}});
  const auto read = [](const std::string& csv) { (void)read_table3(CsvTable::parse(csv, "t.csv")); };
  std::string beyond = text;
  beyond.replace(beyond.find("0.5"), 3, "1.5");
  expect_error([&] { read(beyond); }, {"t.csv, line 2", "val_top1_error", "1.5"});
  expect_error([&] { read("variant\nalexnet\n"); }, {"t.csv", "parameters"});
  expect_error([&] { read(text.substr(0, text.find('\n') + 1)); }, {"t.csv", "1 to 12", "0"});
}

TEST_F(RetrainingTest, AStoppedJobEndsLikeOneThatRanThrough) {
  const auto whole = start(quick_options(runs_.path("whole")));
  int steps = 1;
  while (whole->step() != Step::kDone) ++steps;
  int at = 0;
  bool more = true;
  while (more) {  // a new process every 17 steps
    const auto part = start(quick_options(runs_.path("parts")));
    for (int i = 0; more && i < 17; ++i) more = part->step() != Step::kDone;
    ASSERT_LT(++at, 2 * steps) << "no way forward";
  }
  EXPECT_EQ(without_seconds(read(runs_.path("parts/table3.csv"))), without_seconds(read(runs_.path("whole/table3.csv"))));
}

TEST_F(RetrainingTest, OtherSettingsAreErrorsThatNameThem) {
  RetrainingOptions options = quick_options(runs_.path("run"));
  const auto job = start(options);
  while (job->results().empty()) static_cast<void>(job->step());
  options.recipe.rate = 0.5;
  const auto other = start(options);
  expect_error([&] { static_cast<void>(other->step()); }, {"result.json", "rate: 0.01 there, 0.5 now"});
  test::write_text(runs_.path("run/alexnet/result.json"), "{\"name\"");
  const auto broken = start(quick_options(runs_.path("run")));
  expect_error([&] { static_cast<void>(broken->step()); }, {"result.json"});
}

TEST_F(RetrainingTest, BadInputIsRefused) {
  training_ = std::make_unique<PhotoStore>(list_dataset(data_.path(), Split::kTrain), decoder_, PhotoStore::Limits{64, kBudget});
  const RetrainingOptions options = quick_options(runs_.path("run"));
  expect_error([&] { Retraining job(*backend_, {}, options, *training_, *training_, *training_); },
               {"expected Table 3's 12 variants, found 0"});
  for (const char* const split : {"train", "val"}) {
    for (const char* const name : {"across", "along", "plain"}) {
      for (int i = 0; i < 3; ++i) test::write_text(data_.path(fmt::format("{}/{}/{}.img", split, name, i)), "broken");
    }
  }
  const auto job = start(options);
  expect_error([&] { run(*job); }, {"expected photos that can be read, found none"});
}

TEST(Spread, KeepsEveryClassesShare) {
  Dataset dataset{{"a", "b"}, {}};
  for (int i = 0; i < 30; ++i) dataset.samples.push_back({std::to_string(i), i < 20 ? 0 : 1});
  const Dataset part = spread(dataset, 6);
  ASSERT_EQ(part.samples.size(), 6U);
  EXPECT_EQ(std::count_if(part.samples.begin(), part.samples.end(), [](const Sample& s) { return s.label == 0; }), 4);
  EXPECT_EQ(spread(dataset, 0).samples.size(), 30U);
  EXPECT_EQ(spread(dataset, 99).samples.size(), 30U);
}

}  // namespace
}  // namespace zf
