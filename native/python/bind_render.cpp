// The whole story of photos as one page, of folders as a site.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <system_error>
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
#include "native/site/site.h"

namespace zf::python {

namespace {

/// zfscope.Page
struct RenderedPage : Result {
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

/// zfscope.Site
struct RenderedSite final : RenderedPage {
  [[nodiscard]] nlohmann::ordered_json numbers() const override {
    return {{"page", page.string()}, {"images", images}, {"already_there", already_there}};
  }
  [[nodiscard]] std::string html() const override;
  /// A copy of it.
  void save(const std::filesystem::path& path) const override;

  std::filesystem::path page;
  std::size_t already_there = 0;
};

std::string RenderedSite::html() const {
  return fmt::format("<p>{} photos: <code>{}</code></p>", images.size(), escape_html(page.string()));
}

void RenderedSite::save(const std::filesystem::path& path) const {
  make_folder(path);
  std::error_code error;
  std::filesystem::copy(page.parent_path(), path,
                        std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing, error);
  if (error) fail("{}: copying failed: {}", path.string(), error.message());
}

/// What the command would be called with, where there is a folder among it; else empty.
std::vector<std::string> site_inputs(const py::object& photos) {
  std::vector<py::object> given{photos};
  if (py::isinstance<py::list>(photos) || py::isinstance<py::tuple>(photos)) given = photos.cast<std::vector<py::object>>();
  std::vector<std::string> inputs;
  for (const py::object& one : given) {
    if (is_path(one)) inputs.push_back(path_of(one).string());
  }
  if (std::ranges::none_of(inputs, [](const std::string& path) { return is_photo_folder(path); })) return {};
  if (inputs.size() != given.size()) fail("render: expected nothing but paths beside a folder, found something else");
  return inputs;
}

std::unique_ptr<RenderedSite> render_site(const Net& net, const std::vector<std::string>& inputs, const std::filesystem::path& out,
                                          const StoryOptions& options, const py::object& progress) {
  std::vector<Skipped> skipped;
  auto result = net.work("render", progress, [&](Steps& steps) {
    const SitePhotos found = list_site_photos(inputs, out);
    Site site(net.net(), net.model(), net.decoder(), found.photos, {out, options, net.threads(), true});
    std::exception_ptr stopped;
    site.work([&](double part, const std::string& note) {
      try {
        steps.update(part, note);
      } catch (const py::error_already_set&) {
        stopped = std::current_exception();  // once what is under way is written
      }
      return !stopped;
    });
    if (stopped) std::rethrow_exception(stopped);
    skipped = found.skipped;
    const std::vector<Skipped> unread = site.unread();
    skipped.insert(skipped.end(), unread.begin(), unread.end());
    auto made = std::make_unique<RenderedSite>();
    made->images = site.index().images();
    made->page = site.index().page();
    made->already_there = site.already_there();
    const std::vector<std::byte> bytes = read_file(made->page);
    made->document.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return made;
  });
  warn_of(skipped);
  return result;
}

std::unique_ptr<RenderedPage> render(const Net& net, const py::object& photos, const py::object& out, int maps, const std::string& rule,
                                     bool lrn_derivative, const py::object& progress) {
  if (maps < 1 || maps > 1000) fail("maps: expected 1 to 1000, found {}", maps);
  const StoryOptions options{.units = maps, .known = net.model().known, .rule = rule_of(rule), .lrn = lrn_of(lrn_derivative)};
  if (const std::vector<std::string> inputs = site_inputs(photos); !inputs.empty()) {
    if (out.is_none()) fail("render: expected `out` for the site of a folder, found none");
    return render_site(net, inputs, path_of(out), options, progress);
  }
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
  py::class_<RenderedSite, RenderedPage>(module, "Site", "A page a photo of folders, and an index to search; `save` copies it.")
      .def_property_readonly(
          "path", [](const RenderedSite& self) { return self.page.parent_path().string(); }, "The folder that it lies in.")
      .def("__repr__", [](const RenderedSite& self) { return fmt::format("Site({} photos: {})", self.images.size(), self.page.string()); });
  net.def(
      "render", render, py::arg("photos"), py::kw_only(), py::arg("out") = py::none(), py::arg("maps") = StoryOptions{}.units,
      py::arg("rule") = "deconvnet", py::arg("lrn_derivative") = false, py::arg("progress") = true,
      "The whole story of a photo, or of a list of them: prediction, every layer's maps, the strongest projected, occlusion, ranking.\n\n"
      "Of a folder, or a list of paths with folders among them, a Site: a page a photo and an index to search. The same call goes on where "
      "it "
      "was stopped, and makes no page anew that follows from the same file, model and options.\n\n"
      "out: a folder to write the page to, its pictures and numbers beside it; a site needs one. maps: strongest maps to project, of every "
      "conv layer.");
}

}  // namespace zf::python
