#pragma once

#include <pybind11/pybind11.h>

#include <filesystem>
#include <memory>

#include "native/python/net.h"

namespace zf::python {

using NetClass = py::class_<Net, std::shared_ptr<Net>>;

// Each defines a family of the module's functions and the classes of their results.

void bind_net(py::module_& module, NetClass& net);
void bind_classification(py::module_& module, NetClass& net);
void bind_projection(py::module_& module, NetClass& net);
void bind_occlusion(py::module_& module, NetClass& net);
void bind_ranking(py::module_& module, NetClass& net);
void bind_atlas(py::module_& module, NetClass& net);
void bind_invariance(py::module_& module, NetClass& net);
void bind_render(py::module_& module, NetClass& net);
void bind_evaluation(py::module_& module, NetClass& net);
void bind_reports(py::module_& module, NetClass& net);
void bind_train(py::module_& module);

/// The demo model, in share/zfscope of the prefix that this module lies in, else in the source tree.
[[nodiscard]] std::filesystem::path demo_path();

}  // namespace zf::python
