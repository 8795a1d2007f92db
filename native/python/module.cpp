// The extension module _zfscope, which the package zfscope shows.
#include <fmt/format.h>

#include "core/backend/device_error.h"
#include "core/io/file_error.h"
#include "native/files/open_archive.h"
#include "native/python/bind.h"
#include "native/python/result.h"
#include "native/text/system_fonts.h"

namespace zf::python {

namespace {

/// FileNotFoundError, PermissionError, ...: what Python raises for this errno, with our words.
void raise_os_error(const FileError& error) {
  const py::object like = py::reinterpret_borrow<py::object>(PyExc_OSError)(error.code(), "");
  const py::object raised = py::type::of(like)(error.what());
  raised.attr("errno") = error.code();
  PyErr_SetObject(py::type::of(raised).ptr(), raised.ptr());
}

void translate(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const FileError& error) {
    raise_os_error(error);
  } catch (const DeviceError& error) {
    PyErr_SetString(PyExc_RuntimeError, fmt::format("{}; zfscope.load(path, backend=\"cpu\") goes on on the CPU", error.what()).c_str());
  } catch (const Error& error) {
    PyErr_SetString(PyExc_ValueError, error.what());
  }
}

}  // namespace

PYBIND11_MODULE(_zfscope, module) {
  module.doc() = "The engine of zfscope.";
  module.attr("__version__") = ZF_VERSION;
  use_system_fonts();
  open_archives_by(open_archive);
  py::register_exception_translator(translate);
  py::module_::import("atexit").attr("register")(py::cpp_function(end_work));
  bind_result(module);
  NetClass net(module, "Net", "A network with its weights, ready to run. Threads may share it: they take turns.");
  bind_net(module, net);
  bind_classification(module, net);
  bind_projection(module, net);
  bind_occlusion(module, net);
  bind_ranking(module, net);
  bind_atlas(module, net);
  bind_invariance(module, net);
  bind_render(module, net);
  bind_evaluation(module, net);
  bind_reports(module, net);
  bind_train(module);
}

}  // namespace zf::python
