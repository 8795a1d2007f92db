// What a photo is taken for.
#include "native/python/bind_classification.h"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <utility>

#include "core/io/csv.h"
#include "core/io/json_fields.h"
#include "core/report/captions.h"
#include "core/report/classification.h"
#include "core/report/html.h"
#include "core/tensor/error.h"
#include "native/python/arrays.h"
#include "native/python/bind.h"

namespace zf::python {

std::string Classified::csv() const {
  CsvText text({"class", "index", "p", "logit"});
  for (std::size_t i = 0; i < found.logits.size(); ++i) {
    text.add({class_name(classes, static_cast<int>(i)), std::to_string(i), exact_json(found.probabilities[i]).dump(),
              exact_json(found.logits[i]).dump()});
  }
  return text.text();
}

std::string Classified::html() const {
  std::string rows;
  if (is_unknown(found.knowledge)) rows += fmt::format("<caption>{} The nearest:</caption>", escape_html(unknown_words(classes.size())));
  for (const ClassScore& score : found.top) {
    rows += fmt::format("<tr><td style=\"text-align:right\">{:.1f} %</td><td style=\"text-align:left\">{}</td></tr>", 100 * score.p,
                        escape_html(readable(class_name(classes, score.index))));
  }
  return "<table>" + rows + "</table>";
}

namespace {

std::string repr(const Classified& self) {
  std::string text;
  for (const ClassScore& score : self.found.top) {
    text += fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", class_name(self.classes, score.index), 100 * score.p);
  }
  return fmt::format("Classification({}{})", is_unknown(self.found.knowledge) ? "probably none of these: " : "", text);
}

py::list top_of(const Classified& self) {
  py::list top;
  for (const ClassScore& score : self.found.top) top.append(py::make_tuple(class_name(self.classes, score.index), score.p));
  return top;
}

std::unique_ptr<Classified> classify_photo(const Net& net, const py::object& photo, int top) {
  if (top < 1) fail("top: expected at least 1, found {}", top);
  const Photo given = photo_of(photo, net.network().input, "photo");
  const std::vector<float> logits = net.hold([&] { return net.logits(net.input(given)); });
  return std::make_unique<Classified>(classify(logits, net.model().known, top), net.model().classes);
}

}  // namespace

void bind_classification(py::module_& module, NetClass& net) {
  py::class_<Classified, Result>(module, "Classification", "What a photo is taken for.")
      .def_property_readonly("top", top_of, "The most probable classes, best first: (name, probability).")
      .def_property_readonly(
          "values",
          [](const py::object& self) {
            const std::vector<float>& p = self.cast<const Classified&>().found.probabilities;
            return view_of<float>(p, {std::ssize(p)}, self);
          },
          "The probability of every class: float32 of (classes,).")
      .def_property_readonly(
          "logits",
          [](const py::object& self) {
            const std::vector<float>& logits = self.cast<const Classified&>().found.logits;
            return view_of<float>(logits, {std::ssize(logits)}, self);
          },
          "The scores before softmax: float32 of (classes,).")
      .def_property_readonly(
          "known",
          [](const Classified& self) {
            const auto& knowledge = self.found.knowledge;
            return knowledge ? py::object(py::bool_(knowledge->known())) : py::object(py::none());
          },
          "Whether the photo is likely to be of a class of the model; None where the model has no rule for it.")
      .def("__repr__", [](const Classified& self) { return repr(self); });
  net.def("classify", classify_photo, py::arg("photo"), py::kw_only(), py::arg("top") = 5,
          "What a photo, as preprocess takes it, is taken for: its `top` most probable classes.");
}

}  // namespace zf::python
