zf_test(conv_kernels SOURCES conv_kernels_test.cpp conv_kernels_ways_test.cpp conv_kernels_naive.cpp LINKS zf::backend)
