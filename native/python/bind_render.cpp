// The whole story of photos as one page.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <memory>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/report/artwork.h"
#include "core/report/page.h"
#include "core/report/story.h"
#include "core/report/story_files.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "native/python/bind.h"
#include "native/python/options.h"
#include "native/python/result.h"

namespace zf::python {

namespace {

/// zfscope.Page
struct RenderedPage final : Result {
  [[nodiscard]] nlohmann::ordered_json numbers() const override { return {{"images", images}}; }
  [[nodiscard]] std::string csv() const override;
  [[nodiscard]] std::string html() const override;
  /// The page, and a folder a photo of its pictures and numbers.
  void save(const std::filesystem::path& path) const override;

  std::string document;  ///< self-contained
  nlohmann::ordered_json images = nlohmann::ordered_json::array();
  std::vector<std::string> folders;
  std::vector<std::vector<OutputFile>> contents;  ///< of the folders
};

std::string RenderedPage::csv() const {
  std::string text = "image,class,index,p\n";
  for (const auto& image : images) {
    for (const auto& one : image["top"])
      text += fmt::format("{},{},{},{}\n", image["image"].dump(), one["class"].dump(), one["index"].dump(), one["p"].dump());
  }
  return text;
}

std::string RenderedPage::html() const {
  return fmt::format("<iframe srcdoc=\"{}\" style=\"width: 100%; height: 640px; border: 0\"></iframe>", escape_html(document));
}

void RenderedPage::save(const std::filesystem::path& path) const {
  for (std::size_t i = 0; i < folders.size(); ++i) write_files(path / folders[i], contents[i]);
  write_file(path / "index.html", document);
}

std::unique_ptr<RenderedPage> render(const Net& net, const py::object& photos, const py::object& out, int maps, const std::string& rule,
                                     bool lrn_derivative, const py::object& progress) {
  if (maps < 1 || maps > 1000) fail("maps: expected 1 to 1000, found {}", maps);
  const StoryOptions options{.units = maps, .known = net.model().known, .rule = rule_of(rule), .lrn = lrn_of(lrn_derivative)};
  const std::vector<Photo> given = photos_of(photos, net.network().input);
  if (given.empty()) fail("render: expected at least one photo, found none");
  auto result = std::make_unique<RenderedPage>();
  std::vector<std::string> names;
  for (const Photo& photo : given) names.push_back(photo.name);
  result->folders = folder_names(names);
  net.work("render", progress, [&](Steps& steps) {
    StoryTeller teller(net.net(), net.model().preprocess, net.model().classes, options);
    Page page;
    for (std::size_t i = 0; i < given.size(); ++i) {
      steps.update(static_cast<double>(i) / static_cast<double>(given.size()), names[i]);
      const Photo& photo = given[i];
      const bool ready = std::holds_alternative<Tensor>(photo.source);
      const Story story = ready ? teller.tell(photo.title(), net.input(photo)) : teller.tell(photo.title(), photo.image(net.decoder()));
      const Artwork artwork = illustrate(story);
      page.add(story, artwork);
      result->contents.push_back(story_files(story, artwork));
      nlohmann::ordered_json entry{{"image", photo.title()}};
      entry.update(answer_json(story));
      result->images.push_back(std::move(entry));
    }
    result->document = page.html();
  });
  if (!out.is_none()) result->save(path_of(out));
  return result;
}

}  // namespace

void bind_render(py::module_& module, NetClass& net) {
  py::class_<RenderedPage, Result>(module, "Page", "The whole story of photos: a self-contained HTML page, pictures and numbers.")
      .def_property_readonly(
          "values", [](const RenderedPage& self) { return to_python(self.images); },
          "What each photo is taken for: dicts of image, top, and whether it is known.")
      .def_property_readonly(
          "html", [](const RenderedPage& self) { return self.document; }, "The whole page, which loads nothing from elsewhere.")
      .def("__repr__", [](const RenderedPage& self) { return fmt::format("Page({} photos)", self.folders.size()); });
  net.def(
      "render", render, py::arg("photos"), py::kw_only(), py::arg("out") = py::none(), py::arg("maps") = StoryOptions{}.units,
      py::arg("rule") = "deconvnet", py::arg("lrn_derivative") = false, py::arg("progress") = true,
      "The whole story of a photo, or of a list of them: prediction, every layer's maps, the strongest projected, occlusion, ranking.\n\n"
      "out: a folder to write the page to, its pictures and numbers beside it. maps: strongest maps to project, of every conv layer.");
}

}  // namespace zf::python
