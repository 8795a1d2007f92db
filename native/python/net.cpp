#include "native/python/net.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/io/fingerprint.h"
#include "core/tensor/error.h"
#include "native/files/map_file.h"
#include "native/python/options.h"

namespace zf::python {

namespace {

/// Images that run at once.
constexpr int kBatch = 32;

}  // namespace

Net::Net(std::filesystem::path path, const ImportOptions& options, const BackendOptions& backend, double max_megapixels)
    : path_(std::move(path)), process_(getpid()), threads_(threads_of(backend)), decoder_(max_megapixels), backend_(make_backend(backend)) {
  ImportedModel opened = open_any_model(path_, options);
  notes_ = std::move(opened.notes);
  model_ = std::move(opened.model);
  net_ = take_net(*backend_, model_);
}

void Net::check_process() const {
  if (getpid() != process_) fail("{}: expected the process that opened the net, found one that was forked; open it there", path_.string());
}

std::vector<py::ssize_t> Net::dims(int layer) const {
  const Shape& shape = net_->shape(layer);
  if (shape.plane() == 1) return {shape.c};
  return {shape.c, shape.h, shape.w};
}

const std::string& Net::fingerprint() const {
  if (fingerprint_.empty()) fingerprint_ = zf::fingerprint(*net_);
  return fingerprint_;
}

Tensor Net::input(const Photo& photo) const {
  Tensor tensor = photo.input(model_.preprocess, decoder_);
  if (tensor.shape().n != 1) fail("{}: expected one photo, found {}", photo.name, tensor.shape().n);
  return tensor;
}

const Trace& Net::trace(const Tensor& image, int last) const {
  backend_->upload(image, x_);
  net_->forward(x_, trace_, last);
  return trace_;
}

std::vector<Tensor> Net::forward(Tensor images, const std::vector<int>& layers) const {
  const int count = images.shape().n;
  std::vector<Tensor> outputs;
  if (count <= kBatch) {
    x_ = backend_->upload(std::move(images));
    net_->infer(x_, trace_, layers);
    for (const int layer : layers) outputs.push_back(backend_->download(trace_.output(layer)));
    return outputs;
  }
  for (const int layer : layers) {
    Shape shape = net_->shape(layer);
    shape.n = count;
    outputs.push_back(Tensor::uninitialised(shape));
  }
  const Shape& input = images.shape();
  for (int first = 0; first < count; first += kBatch) {
    const int items = std::min(kBatch, count - first);
    const auto batch =
        images.values().subspan(static_cast<std::size_t>(first) * input.item(), static_cast<std::size_t>(items) * input.item());
    backend_->upload({{items, input.c, input.h, input.w}, batch}, x_);
    net_->infer(x_, trace_, layers);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const Tensor part = backend_->download(trace_.output(layers[i]));
      const std::size_t at = static_cast<std::size_t>(first) * part.shape().item();
      std::copy(part.values().begin(), part.values().end(), outputs[i].values().begin() + static_cast<std::ptrdiff_t>(at));
    }
    const py::gil_scoped_acquire acquire;
    check_signals();
  }
  return outputs;
}

std::vector<float> Net::logits(Tensor image) const {
  const Tensor logits = std::move(forward(std::move(image), {logits_layer(network())}).front());
  return {logits.values().begin(), logits.values().end()};
}

std::string class_text(const py::object& class_) { return class_.is_none() ? std::string() : py::str(class_).cast<std::string>(); }

}  // namespace zf::python
