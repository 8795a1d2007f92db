# The convolution kernels of the CPU backend.
set(ZF_CPU_CONV_SOURCES
  cpu/conv.cpp
  cpu/conv_direct.cpp
  cpu/conv_linear.cpp
  cpu/conv_transpose.cpp
  cpu/conv_transpose_direct.cpp
  cpu/filters.cpp
  cpu/gemm.cpp
  cpu/gemm_vector.cpp
  cpu/pack_columns.cpp
  cpu/thread_pool.cpp
  cpu/weight_gradient.cpp
  cpu/weight_gradient_direct.cpp)
