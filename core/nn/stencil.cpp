#include "core/nn/stencil.h"

namespace zf {

namespace {

/// Along an axis of `size` elements, in front of which a layer may put `before` more.
Stencil stencil(const LayerOp& op, int size, int PadLayer::*before) {
  return std::visit(Match{[](const ConvLayer& conv) {
                            return Stencil{(conv.kernel - 1) * conv.dilation + 1, conv.stride, conv.pad};
                          },
                          [=](const OneOf<LinearLayer, GlobalAveragePoolLayer, FlattenLayer> auto&) {
                            return Stencil{size, 1, 0};
                          },
                          [](const MaxPoolLayer& pool) {
                            return Stencil{pool.spec.kernel, pool.spec.stride, pool.spec.pad};
                          },
                          [](const AveragePoolLayer& pool) {
                            return Stencil{pool.kernel, pool.stride, pool.pad};
                          },
                          [=](const PadLayer& pad) {
                            return Stencil{1, 1, pad.*before};
                          },
                          [](const LrnLayer& lrn) {
                            return lrn.spec.within ? Stencil{lrn.spec.size, 1, lrn.spec.size / 2} : Stencil{};
                          },
                          [](const OneOf<AffineLayer, ReluLayer, ActivationLayer, DropoutLayer, SoftmaxLayer, AddLayer, ConcatLayer,
                                         ScaleMapsLayer, PermuteMapsLayer> auto&) { return Stencil{}; }},
                    op);
}

}  // namespace

Stencil row_stencil(const LayerOp& op, const Shape& in) { return stencil(op, in.h, &PadLayer::top); }

Stencil column_stencil(const LayerOp& op, const Shape& in) { return stencil(op, in.w, &PadLayer::left); }

bool sees_whole_map(const LayerOp& op, int input) {
  return std::holds_alternative<LinearLayer>(op) || std::holds_alternative<GlobalAveragePoolLayer>(op) ||
         std::holds_alternative<FlattenLayer>(op) || (std::holds_alternative<ScaleMapsLayer>(op) && input == 1);
}

}  // namespace zf
