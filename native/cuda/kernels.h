#pragma once

#include <type_traits>
#include <variant>

#include "native/cuda/kernels_activation.h"
#include "native/cuda/kernels_branches.h"
#include "native/cuda/kernels_conv.h"
#include "native/cuda/kernels_depthwise.h"
#include "native/cuda/kernels_maps.h"
#include "native/cuda/kernels_reduce.h"
#include "native/cuda/kernels_training.h"
#include "native/cuda/kernels_windows.h"

namespace zf::cuda {

/// Every kernel there is. Whoever launches visits it, so that a new kernel is one more name here.
using Kernel = std::variant<Fill, Relu, ReluBackward, MaxPool, Unpool, Lrn, LrnBackward,   //
                            Add, Multiply, CopyMaps, AveragePool, AverageUnpool,           //
                            Activate, ActivationBackward,                                  //
                            ChannelMax, MapSum, Softmax, CrossEntropy, LimitRms, Connect,  //
                            LayOver, Cover, Put, Crop,                                     //
                            ToColumns, FromColumns, ItemsInside, FinishSums,               //
                            DepthwiseConv, DepthwiseTranspose, DepthwiseGradient,          //
                            Dropout, SgdStep>;

template <typename Body, typename = void>
inline constexpr bool kOfBlocks = false;
template <typename Body>
inline constexpr bool kOfBlocks<Body, std::void_t<typename Body::Shared>> = true;

}  // namespace zf::cuda
