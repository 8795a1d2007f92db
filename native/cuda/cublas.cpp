#include "native/cuda/cublas.h"

#include <cublas_v2.h>

#include "core/backend/device_error.h"
#include "native/cuda/nvidia_library.h"

namespace zf::cuda {

namespace {

void* open_library() {
  const std::string name = fmt::format("libcublas.so.{}", CUBLAS_VER_MAJOR);
  void* const library = open_nvidia_library(name);
  if (library == nullptr) {
    fail("cuda: expected cuBLAS {}, found no {}; install cuBLAS of the CUDA toolkit {}, or name its folder in CUDA_PATH", CUBLAS_VER_MAJOR,
         name, CUBLAS_VER_MAJOR);
  }
  return library;
}

template <typename Function>
void find(void* library, const char* name, Function*& function) {
  find_function(library, "cuBLAS", name, function);
}

/// What is called of it.
struct Library {
  decltype(cublasCreate_v2)* create = nullptr;
  decltype(cublasDestroy_v2)* destroy = nullptr;
  decltype(cublasSetStream_v2)* set_stream = nullptr;
  decltype(cublasSetWorkspace_v2)* set_workspace = nullptr;
  decltype(cublasSetMathMode)* set_math_mode = nullptr;
  decltype(cublasSgemmStridedBatched)* multiply = nullptr;
  decltype(cublasGetStatusString)* status_string = nullptr;

  Library() {
    void* library = open_library();
    find(library, "cublasCreate_v2", create);
    find(library, "cublasDestroy_v2", destroy);
    find(library, "cublasSetStream_v2", set_stream);
    find(library, "cublasSetWorkspace_v2", set_workspace);
    find(library, "cublasSetMathMode", set_math_mode);
    find(library, "cublasSgemmStridedBatched", multiply);
    find(library, "cublasGetStatusString", status_string);
  }
  void check(cublasStatus_t status, const char* call) const {
    if (status != CUBLAS_STATUS_SUCCESS) device_failed("cuda: expected {} to succeed, found: {}", call, status_string(status));
  }
};

[[nodiscard]] const Library& library() {
  static const Library loaded;
  return loaded;
}

[[nodiscard]] cublasOperation_t operation(const Product::Operand& operand) { return operand.transposed ? CUBLAS_OP_T : CUBLAS_OP_N; }

}  // namespace

struct Cublas::Handle {
  cublasHandle_t handle = nullptr;
  Handle() { library().check(library().create(&handle), "cublasCreate"); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { (void)library().destroy(handle); }
};

Cublas::Cublas(cudaStream_t stream, bool tf32, void* workspace, std::size_t workspace_bytes) : handle_(std::make_unique<Handle>()) {
  const Library& cublas = library();
  cublas.check(cublas.set_stream(handle_->handle, stream), "cublasSetStream");
  cublas.check(cublas.set_workspace(handle_->handle, workspace, workspace_bytes), "cublasSetWorkspace");
  cublas.check(cublas.set_math_mode(handle_->handle, tf32 ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_DEFAULT_MATH), "cublasSetMathMode");
}

Cublas::~Cublas() = default;

/// cuBLAS reads columns first, so what it sees is every matrix's transpose: c' = b' a'.
void Cublas::multiply(const Product& product) const {
  const float one = 1;
  const float old = product.add ? 1.0F : 0.0F;
  const Product::Operand& a = product.a;
  const Product::Operand& b = product.b;
  library().check(library().multiply(handle_->handle, operation(b), operation(a), product.columns, product.rows, product.inner, &one,
                                     b.data, static_cast<int>(b.pitch), static_cast<long long>(b.next), a.data, static_cast<int>(a.pitch),
                                     static_cast<long long>(a.next), &old, product.c.data, static_cast<int>(product.c.pitch),
                                     static_cast<long long>(product.c.next), product.count),
                  "cublasSgemmStridedBatched");
}

}  // namespace zf::cuda
