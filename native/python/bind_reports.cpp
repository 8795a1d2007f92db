// The paper's experiments over several models, faces or data sets: compare (Fig. 6), evolve (Fig. 4), occlude_all (Fig. 7), correspond
// (Table 1), transfer (Tables 4-7).
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "core/analysis/comparison.h"
#include "core/analysis/correspondence.h"
#include "core/analysis/evolution.h"
#include "core/analysis/occlusion.h"
#include "core/analysis/softmax_solver.h"
#include "core/analysis/transfer.h"
#include "core/analysis/transfer_files.h"
#include "core/data/dataset.h"
#include "core/nn/layer_choice.h"
#include "core/report/agreement_files.h"
#include "core/report/comparison_figure.h"
#include "core/report/correspondence_figure.h"
#include "core/report/evolution_figure.h"
#include "core/report/png.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "native/liblinear/liblinear_solver.h"
#include "native/python/bind.h"
#include "native/python/options.h"
#include "native/python/report.h"

namespace zf::python {

namespace {

std::vector<std::string> names_of(const std::vector<std::shared_ptr<Net>>& nets, std::vector<std::string> names) {
  if (names.empty()) {
    for (const auto& net : nets) names.push_back(net->path().stem().string());
  }
  if (names.size() != nets.size()) fail("compare: expected a name for each of {} models, found {}", nets.size(), names.size());
  return names;
}

Report compare(const std::vector<std::shared_ptr<Net>>& nets, const py::object& photos, const std::vector<std::string>& names, double dead,
               int count, const py::object& progress) {
  if (nets.size() < 2) fail("compare: expected at least two models, found {}", nets.size());
  if (dead < 0 || dead > 0.999) fail("dead: expected 0 to 0.999, found {}", dead);
  const std::vector<std::string> called = names_of(nets, names);
  const ComparisonOptions options{.dead = dead};
  std::vector<ModelProfile> profiles;
  for (std::size_t i = 0; i < nets.size(); ++i) {
    const Net& net = *nets[i];
    const std::vector<Photo> chosen = chosen_photos(photos, count, net.network().input);
    profiles.push_back(net.work(called[i], progress, [&](Steps& steps) {
      ProfileJob job(net.net(), options, chosen.size(), [&](std::size_t k) { return net.input(chosen[k]); });
      steps.run(job);
      return job.profile();
    }));
    profiles.back().name = called[i];
    profiles.back().order = net.model().preprocess.order;
  }
  auto report = std::make_unique<Reported>();
  report->name = "comparison";
  report->json = comparison_json(profiles, options);
  report->table = profiles.front().photos > 0 ? maps_csv(profiles, options) : filters_csv(profiles);
  report->figure = encode_png(draw_filters(profiles, FilterScale::kEach));
  report->output = comparison_files(profiles, options, report->json);
  return report;
}

Report evolve(const std::vector<py::object>& snapshots, const py::object& data, const std::vector<std::string>& layers, int maps,
              const std::vector<int>& map, std::uint64_t seed, bool patches, int strip_side, const std::string& rule, bool lrn_derivative,
              const BackendOptions& backend, const py::object& progress) {
  const EvolutionOptions options{.layers = layers,
                                 .maps = maps,
                                 .chosen = map,
                                 .seed = seed,
                                 .rule = rule_of(rule),
                                 .lrn = lrn_of(lrn_derivative),
                                 .patches = patches,
                                 .threads = threads_of(backend)};
  std::vector<std::string> paths;
  for (const py::object& path : snapshots) paths.push_back(path_of(path).string());
  const std::string folder = path_of(data).string();
  const NotingDecoder decoder(kUsualMegapixels);
  auto report = std::make_unique<Reported>();
  std::vector<Skipped> skipped;
  Steps steps("evolve", progress);
  Lock nobody;
  {
    const Busy busy(nobody);
    const std::unique_ptr<Backend> device = make_backend(backend);
    EvolutionJob job(*device, order_snapshots(paths), list_photos(folder), decoder, options);
    steps.run(job);
    skipped = job.store().skipped();
    report->name = "evolution";
    report->json = evolution_json(job);
    report->table = evolution_csv(job);
    report->figure = encode_png(draw_evolution(job));
    report->output = evolution_files(job, report->json, strip_side);
  }
  decoder.warn();
  warn_of(skipped);
  return report;
}

/// A photo as occlude takes it, and its class's number, -1 where its folder is named after none.
struct LabelledPhoto {
  Photo photo;
  int label = -1;
};

Report occlude_all(const Net& net, const py::object& photos, int count, const OcclusionOptions& options, const py::object& progress) {
  const bool folder = is_path(photos) && is_photo_folder(path_of(photos));
  std::vector<LabelledPhoto> chosen;
  for (Photo& photo : chosen_photos(photos, count, net.network().input)) {
    const auto* path = std::get_if<std::filesystem::path>(&photo.source);
    const int label = path != nullptr ? folder_label(path->string(), net.model().classes) : -1;
    chosen.push_back({std::move(photo), label});
  }
  std::vector<Skipped> skipped;
  auto report = net.work("occlude", progress, [&](Steps& steps) {
    std::vector<PhotoAgreement> rows;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const auto& [photo, label] = chosen[i];
      std::optional<Tensor> input;
      try {
        input = net.input(photo);
      } catch (const Error& error) {
        if (!folder) throw;
        skipped.push_back({photo.name, without_path(error.what(), photo.name)});
        continue;
      }
      zf::Occlusion job(net.net(), *input, options);
      zf::run(job, [&] {
        steps.update((static_cast<double>(i) + job.progress()) / static_cast<double>(chosen.size()), photo.title());
        return true;
      });
      rows.push_back(photo_agreement(net.net(), job, photo.title(), label));
    }
    auto made = std::make_unique<Reported>();
    made->name = "agreement";
    made->json = agreement_json(occlusion_claims(rows), options.size, options.stride);
    made->table = agreement_csv(rows);
    made->output = {text_file("agreement.csv", made->table), text_file("agreement.json", to_text(made->json, 2) + "\n")};
    return made;
  });
  warn_of(skipped);
  return report;
}

Report correspond(const Net& net, const py::object& points, const py::object& images, const std::string& only,
                  const std::array<std::string, 2>& layers, double mask, int draws, std::uint64_t seed, const py::object& progress) {
  if (mask <= 0) fail("mask: expected a number above 0, found {}", mask);
  if (draws < 1) fail("draws: expected at least 1, found {}", draws);
  const LayerChoice first = choose_layer(net.network(), layers[0]);
  const LayerChoice second = choose_layer(net.network(), layers[1]);
  const std::array<std::string, 2> labels{first.label, second.label};
  const std::filesystem::path file = path_of(points);
  const std::filesystem::path folder = images.is_none() ? file.parent_path() : path_of(images);
  const CorrespondenceOptions options{.layers = {first.index, second.index}, .side = mask, .draws = draws, .seed = seed};
  return net.work("correspond", progress, [&](Steps& steps) {
    const Annotations annotations = read_annotations(file, only);
    std::vector<Face> faces;
    for (std::size_t i = 0; i < annotations.photos.size(); ++i) {
      faces.push_back(make_face(annotations, i, net.decoder().load(folder / annotations.photos[i].image), net.model().preprocess));
    }
    CorrespondenceJob job(net.net(), options, annotations.parts, std::move(faces));
    steps.run(job);
    const std::vector<PartResult> results = job.results();
    auto report = std::make_unique<Reported>();
    report->name = "correspondence";
    report->json = {{"faces", job.faces().size()},
                    {"draws", draws},
                    {"mask_side", mask},
                    {"seed", seed},
                    {"parts", correspondence_json(results, labels)}};
    report->table = correspondence_csv(job, results, labels);
    report->figure = encode_png(draw_masks(job, results, net.model().preprocess));
    report->output = correspondence_files(job, results, labels, report->json);
    return report;
  });
}

Report transfer(const Net& net, const py::object& data, const py::object& out, const std::vector<int>& train, int splits,
                const std::vector<int>& layers, const std::vector<std::string>& classifiers, int values, const std::vector<double>& costs,
                int scratch_epochs, const py::object& progress) {
  TransferOptions options;
  options.out = path_of(out).string();
  options.per_class = train;
  options.splits = splits;
  options.layers = layers;
  options.limit = values;
  options.costs = costs;
  options.scratch_epochs = scratch_epochs;
  options.threads = net.threads();
  const std::string folder = path_of(data).string();
  std::vector<Skipped> skipped;
  auto report = net.work("transfer", progress, [&](Steps& steps) {
    const std::unique_ptr<Backend> cpu = net.backend().trains() ? nullptr : make_cpu_backend(net.threads());
    const SoftmaxSolver softmax(cpu != nullptr ? *cpu : net.backend());
    const LiblinearSolver svm;
    std::vector<const LinearSolver*> solvers;
    for (const std::string& name : classifiers) {
      if (name != softmax.name() && name != svm.name()) fail("classifiers: expected svm and softmax, found {}", name);
      solvers.push_back(name == softmax.name() ? static_cast<const LinearSolver*>(&softmax) : &svm);
    }
    TransferJob job(net.net(), net.model(), list_transfer_data(folder), net.decoder(), std::move(solvers), options);
    zf::run(job, [&] {
      steps.update(job.progress(), job.stage());
      return true;
    });
    skipped = job.skipped();
    auto made = std::make_unique<Reported>();
    made->name = "transfer";
    for (const TransferResult& result : job.results()) made->json["results"].push_back(to_json(result));
    made->table = transfer_csv(job.results());
    made->output = {text_file("transfer.csv", made->table), text_file("transfer.md", transfer_markdown(job.results()))};
    return made;
  });
  warn_of(skipped);
  return report;
}

}  // namespace

void bind_reports(py::module_& module, NetClass& net) {
  py::class_<Reported, Result>(module, "Report", "What one of the paper's experiments found: numbers, a table, a figure, files.")
      .def_property_readonly(
          "values", [](const Reported& self) { return py::module_::import("zfscope._tables").attr("columns")(self.table); },
          "The table's columns, {name: float64 or str of (lines,)}.")
      .def("__repr__", [](const Reported& self) {
        return fmt::format("Report({}, {} lines)", self.name,
                           std::max<std::ptrdiff_t>(std::count(self.table.begin(), self.table.end(), '\n') - 1, 0));
      });
  const std::vector<std::string> none;
  module.def(
      "compare", compare, py::arg("nets"), py::arg("photos") = py::list(), py::kw_only(), py::arg("names") = none,
      py::arg("dead") = ComparisonOptions{}.dead, py::arg("count") = 100, py::arg("progress") = true,
      "First filters, second-layer projections, dead maps and aliasing of several nets (Fig. 6).\n\n"
      "photos: a list, or a folder of which `count` are taken; without any only the filters are compared. names: of the nets in figures. "
      "dead: a map is dead that never exceeds this part of its layer's strongest activation.");
  const EvolutionOptions usual;
  module.def(
      "evolve",
      [](const std::vector<py::object>& snapshots, const py::object& data, const std::vector<std::string>& layers, int maps,
         const std::vector<int>& map, std::uint64_t seed, bool patches, int strip_side, const std::string& rule, bool lrn_derivative,
         const std::string& backend, int threads, const py::object& progress) {
        return evolve(snapshots, data, layers, maps, map, seed, patches, strip_side, rule, lrn_derivative, {backend, threads, false},
                      progress);
      },
      py::arg("snapshots"), py::arg("data"), py::kw_only(), py::arg("layers") = none, py::arg("maps") = usual.maps,
      py::arg("map") = std::vector<int>(), py::arg("seed") = usual.seed, py::arg("patches") = usual.patches, py::arg("strip_side") = 64,
      py::arg("rule") = "deconvnet", py::arg("lrn_derivative") = false, py::arg("backend") = "auto", py::arg("threads") = 0,
      py::arg("progress") = true,
      "What maps answer to in the course of a training run (Fig. 4): snapshots of one run, over a folder of photos.\n\n"
      "maps: random ones of a layer, or those that `map` lists. patches: show the parts of the photos, too.");
  const OcclusionOptions square;
  net.def(
      "occlude_all",
      [](const Net& self, const py::object& photos, int count, int size, int stride, const std::string& fill, int soft_edge, bool border,
         const std::string& layer, std::optional<int> map, bool brute_force, const py::object& progress) {
        return occlude_all(self, photos, count, occlusion_options(self, size, stride, fill, soft_edge, border, layer, map, brute_force),
                           progress);
      },
      py::arg("photos"), py::kw_only(), py::arg("count") = 100, py::arg("size") = square.size, py::arg("stride") = square.stride,
      py::arg("fill") = "mean", py::arg("soft_edge") = square.soft_edge, py::arg("border") = square.border, py::arg("layer") = "",
      py::arg("map") = py::none(), py::arg("brute_force") = false, py::arg("progress") = true,
      "Whether covering what projections show is what takes activation and probability away (Fig. 7, over many photos).\n\n"
      "photos: a list, or a folder of which `count` are taken, evenly spaced. A photo whose folder is named after a class of the model is "
      "followed by that class, any other by the most probable one. The other arguments are those of occlude.");
  const CorrespondenceOptions faces;
  net.def(
      "correspond", correspond, py::arg("points"), py::kw_only(), py::arg("images") = py::none(), py::arg("only") = "",
      py::arg("layers") = std::array<std::string, 2>{"5", "7"}, py::arg("mask") = faces.side, py::arg("draws") = faces.draws,
      py::arg("seed") = faces.seed, py::arg("progress") = true,
      "Whether the network relates the same part of different faces (Fig. 8, Table 1).\n\n"
      "points: a CSV with columns image, left_eye_x, left_eye_y, right_eye_x, ... images: the folder that its names start from, its own by "
      "default. only: use images whose names contain this. mask: side of the masks, in distances between the eyes.");
  const TransferOptions tables;
  net.def("transfer", transfer, py::arg("data"), py::arg("out"), py::kw_only(), py::arg("train") = tables.per_class,
          py::arg("splits") = tables.splits, py::arg("layers") = tables.layers,
          py::arg("classifiers") = std::vector<std::string>{"svm", "softmax"}, py::arg("values") = tables.limit,
          py::arg("costs") = tables.costs, py::arg("scratch_epochs") = tables.scratch_epochs, py::arg("progress") = true,
          "Linear classifiers on the net's frozen features of another data set (Tables 4-7); goes on where the folder `out` stopped.");
}

}  // namespace zf::python
