// Error rates on folders of photos.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "core/data/dataset.h"
#include "core/data/photo_store.h"
#include "core/io/csv.h"
#include "core/nn/prediction.h"
#include "core/tensor/error.h"
#include "core/train/ensemble.h"
#include "core/train/eval_report.h"
#include "native/files/map_file.h"
#include "native/python/bind.h"
#include "native/python/options.h"
#include "native/python/result.h"

namespace zf::python {

namespace {

/// zfscope.Evaluation
struct Errors final : Result {
  explicit Errors(EvalReport what) : report(std::move(what)) {}

  [[nodiscard]] nlohmann::ordered_json numbers() const override { return to_json(report); }
  [[nodiscard]] std::string csv() const override;

  EvalReport report;
};

std::string Errors::csv() const {
  const EvaluationResult& all = report.all;
  CsvText text({"images", "top1_error", "top5_error", "crops"});
  text.add({std::to_string(all.images), csv_number(all.top1_error), csv_number(all.top5_error), std::to_string(all.crops)});
  return text.text();
}

/// What net.eval is asked for.
struct EvalChoice {
  std::string data;
  std::vector<std::string> with;  ///< models
  bool ten_crop = false;
  std::optional<int> resize;
  std::string unknown;
  std::string calibrate;

  [[nodiscard]] EvaluationOptions options(const Net& net) const { return {.ten_crop = ten_crop, .threads = net.threads()}; }
  [[nodiscard]] Preprocess preprocess(const Model& model) const {
    Preprocess changed = model.preprocess;
    changed.resize = resize.value_or(changed.resize);
    check(changed, "eval");
    return changed;
  }
};

/// Models that answer together, the net's own first. Their places in memory stay, since evaluations look at them.
class EvalMembers {
 public:
  EvalMembers(const Net& net, const EvalChoice& choice) {
    add(net, net.path().string(), net.net(), net.model(), choice);
    for (const std::string& path : choice.with) {
      Model& model = models_.emplace_back(open_any_model(path, {.map = map_file}).model);
      nets_.push_back(take_net(net.backend(), model));
      if (!std::ranges::equal(model.classes, net.model().classes, same_class))
        fail("{}: expected the classes of {}, found others", path, net.path().string());
      add(net, path, *nets_.back(), model, choice);
    }
    ensemble_.emplace(std::move(evaluations_));
  }

  [[nodiscard]] Ensemble& ensemble() { return *ensemble_; }
  [[nodiscard]] const PhotoStore& photos() const { return stores_.front(); }
  /// Throws where no photo could be read.
  [[nodiscard]] EvalReport report() const {
    EvalReport report{ensemble_->result(), {}, {}, {}};
    const PhotoStore& photos = stores_.front();
    if (report.all.images == 0) fail("{}: expected photos that can be read, found none among {}", folder_, photos.size());
    for (std::size_t i = 0; i < names_.size(); ++i) report.members.emplace_back(names_[i], ensemble_->members()[i]->result());
    return report;
  }

 private:
  void add(const Net& main, const std::string& name, const zf::Net& net, const Model& model, const EvalChoice& choice) {
    const Preprocess preprocess = choice.preprocess(model);
    folder_ = choice.data;
    names_.push_back(name);
    // Every photo is needed once: nothing is kept.
    PhotoStore& photos = stores_.emplace_back(list_dataset(choice.data, Split::kValidation, main.model().classes), main.decoder(),
                                              PhotoStore::Limits{preprocess.longest_side(), 0});
    evaluations_.push_back(std::make_unique<Evaluation>(net, photos, preprocess, choice.options(main)));
  }

  std::string folder_;
  std::vector<std::string> names_;
  std::deque<Model> models_;  ///< but the net's own
  std::vector<std::unique_ptr<zf::Net>> nets_;
  std::deque<PhotoStore> stores_;
  std::vector<std::unique_ptr<Evaluation>> evaluations_;
  std::optional<Ensemble> ensemble_;
};

/// How well the net tells what it knows; empty where it has no rule and gets none.
std::optional<Telling> tell(const Net& net, const EvalChoice& choice, const Evaluation& evaluation, Steps& steps,
                            std::vector<Skipped>& skipped) {
  const std::vector<ScoredPhoto> scores = evaluation.scores();
  const std::optional<KnownRule> rule = choice.calibrate.empty() ? net.model().known : known_rule(scores);
  if (!rule && !choice.unknown.empty())
    fail("{}: expected a model that has a threshold for what it knows, found none; calibrate writes one", net.path().string());
  if (!rule) return std::nullopt;
  if (choice.unknown.empty()) return tell_known(*rule, scores);
  const Preprocess preprocess = choice.preprocess(net.model());
  PhotoStore photos(unknown_photos(choice.unknown, net.model().classes), net.decoder(), PhotoStore::Limits{preprocess.longest_side(), 0});
  Evaluation others(net.net(), photos, preprocess, choice.options(net));
  steps.run(others, photos.size());
  const std::vector<Skipped> more = photos.skipped();
  skipped.insert(skipped.end(), more.begin(), more.end());
  if (others.scores().empty()) fail("{}: expected photos that can be read, found none among {}", choice.unknown, photos.size());
  return tell_unknown(*rule, scores, scores_of(others.scores()));
}

std::unique_ptr<Errors> evaluate(const Net& net, const EvalChoice& choice, const py::object& progress) {
  if (!choice.with.empty() && !(choice.unknown.empty() && choice.calibrate.empty()))
    fail("eval: expected unknown and calibrate of one model, found {}", choice.with.size() + 1);
  std::vector<Skipped> skipped;
  auto result = net.work("eval", progress, [&](Steps& steps) {
    EvalMembers members(net, choice);
    steps.run(members.ensemble(), members.photos().size());
    skipped = members.photos().skipped();
    EvalReport report = members.report();
    if (choice.with.empty()) report.telling = tell(net, choice, *members.ensemble().members().front(), steps, skipped);
    if (report.telling && !choice.calibrate.empty()) {
      Model model = net.model();
      model.preprocess = choice.preprocess(model);
      save_with_rule(choice.calibrate, model, net.net(), report.telling->rule, net.path());
    }
    return std::make_unique<Errors>(std::move(report));
  });
  warn_of(skipped);
  return result;
}

}  // namespace

void bind_evaluation(py::module_& module, NetClass& net) {
  py::class_<Errors, Result>(module, "Evaluation", "Error rates on folders of photos.")
      .def_property_readonly(
          "values", [](const Errors& self) { return py::make_tuple(self.report.all.top1_error, self.report.all.top5_error); },
          "(top-1 error, top-5 error), 0 to 1.")
      .def_property_readonly(
          "images", [](const Errors& self) { return self.report.all.images; }, "Photos that were classified.")
      .def("__repr__", [](const Errors& self) {
        const EvaluationResult& all = self.report.all;
        return fmt::format("Evaluation({} photos: {:.2f} % top-1 error, {:.2f} % top-5)", all.images, 100 * all.top1_error,
                           100 * all.top5_error);
      });
  const auto path_or_none = [](const py::object& path) { return path.is_none() ? std::string() : path_of(path).string(); };
  net.def(
      "eval",
      [path_or_none](const Net& self, const py::object& data, const std::vector<py::object>& with, bool ten_crop, std::optional<int> resize,
                     const py::object& unknown, const py::object& calibrate, const py::object& progress) {
        EvalChoice choice{path_of(data).string(), {}, ten_crop, resize, path_or_none(unknown), path_or_none(calibrate)};
        for (const py::object& model : with) choice.with.push_back(path_of(model).string());
        return evaluate(self, choice, progress);
      },
      py::arg("data"), py::kw_only(), py::arg("with_") = std::vector<std::string>(), py::arg("ten_crop") = false,
      py::arg("resize") = py::none(), py::arg("unknown") = py::none(), py::arg("calibrate") = py::none(), py::arg("progress") = true,
      "Classifies the photos of val/CLASS/* (or test/) in a folder, whose classes are named after the model's, and counts the errors.\n\n"
      "with_: files of models that answer together with it, by the mean of all probabilities (Table 2). ten_crop: the mean over corners "
      "and "
      "centre, mirrored too. resize: shorter side of a photo before cropping, in place of the model's. unknown: a folder of photos of "
      "other "
      "things, to see how many of them the model takes for things it knows. calibrate: writes the model to this file, with `resize`, and "
      "with the threshold that 95 % of the photos reach that it names rightly; load it to use it.");
}

}  // namespace zf::python
