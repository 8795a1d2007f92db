#include "core/exchange/onnx_view.h"

#include "core/tensor/error.h"

namespace zf::onnx {

namespace {

/// Adds a step behind an axis's others, joined with the last where it goes on in it.
void append(View::Axis& axis, View::Step step) {
  if (step.size == 1) return;
  if (!axis.empty() && axis.back().stride == step.size * step.stride) {
    axis.back() = {axis.back().size * step.size, step.stride};
  } else {
    axis.push_back(step);
  }
}

View::Step step_of(const Shape& maps, Role role) {
  switch (role) {
    case Role::kItem:
      return {maps.n, static_cast<std::int64_t>(maps.item())};
    case Role::kMap:
      return {maps.c, static_cast<std::int64_t>(maps.plane())};
    case Role::kRow:
      return {maps.h, maps.w};
    case Role::kColumn:
      return {maps.w, 1};
    case Role::kOne:
      break;
  }
  return {1, 0};
}

}  // namespace

View View::of(const Shape& maps) { return of(maps, {Role::kItem, Role::kMap, Role::kRow, Role::kColumn}); }

View View::of(const Shape& maps, const std::vector<Role>& roles) {
  View view;
  for (const Role role : roles) append(view.axes_.emplace_back(), step_of(maps, role));
  return view;
}

std::int64_t View::size(std::size_t i) const {
  std::int64_t size = 1;
  for (const Step& step : axis(i)) size *= step.size;
  return size;
}

Dims View::dims() const {
  Dims dims;
  for (std::size_t i = 0; i < rank(); ++i) dims.push_back(size(i));
  return dims;
}

View View::reshaped(const Dims& dims) const {
  Axis all;
  for (const Axis& axis : axes_) {
    for (const Step& step : axis) append(all, step);
  }
  // From the last axis on, so that what is left over lies in front.
  std::vector<Axis> reversed;
  for (std::size_t i = dims.size(); i-- > 0;) {
    std::int64_t left = dims[i];
    Axis taken;
    while (left > 1) {
      if (all.empty()) fail("expected as many elements as before, found {} of {}", to_string(dims), to_string(this->dims()));
      Step& last = all.back();
      const std::int64_t part = left % last.size == 0 ? last.size : left;
      if (last.size % part != 0) fail("expected a shape that cuts {} at its axes, found {}", to_string(this->dims()), to_string(dims));
      taken.insert(taken.begin(), {part, last.stride});
      last = {last.size / part, last.stride * part};
      if (last.size == 1) all.pop_back();
      left /= part;
    }
    Axis joined;
    for (const Step& step : taken) append(joined, step);
    reversed.push_back(std::move(joined));
  }
  if (!all.empty()) fail("expected as many elements as before, found {} of {}", to_string(dims), to_string(this->dims()));
  View view;
  view.axes_.assign(reversed.rbegin(), reversed.rend());
  return view;
}

View View::transposed(const std::vector<std::size_t>& order) const {
  View view;
  for (const std::size_t axis : order) view.axes_.push_back(axes_.at(axis));
  return view;
}

View View::without(const std::vector<bool>& axes) const {
  View view;
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    if (!axes.at(i)) view.axes_.push_back(axes_[i]);
  }
  return view;
}

std::optional<std::vector<Role>> View::roles(const Shape& maps) const {
  std::vector<Role> roles;
  std::int64_t covered = 1;
  for (const Axis& axis : axes_) {
    if (axis.empty()) {
      roles.push_back(Role::kOne);
      continue;
    }
    if (axis.size() != 1) return std::nullopt;
    Role found = Role::kOne;
    for (const Role role : {Role::kColumn, Role::kRow, Role::kMap, Role::kItem}) {
      if (axis.front() == step_of(maps, role)) found = role;
    }
    if (found == Role::kOne) return std::nullopt;
    covered *= axis.front().size;
    roles.push_back(found);
  }
  if (covered != static_cast<std::int64_t>(maps.size())) return std::nullopt;
  return roles;
}

std::vector<std::int64_t> View::places(std::size_t axis) const {
  std::vector<std::int64_t> result{0};
  for (const Step& step : this->axis(axis)) {
    std::vector<std::int64_t> next;
    for (const std::int64_t at : result) {
      for (std::int64_t i = 0; i < step.size; ++i) next.push_back(at + i * step.stride);
    }
    result = std::move(next);
  }
  return result;
}

}  // namespace zf::onnx
