#include "core/viewer/drawn_frame.h"

#include <imgui.h>

#include <span>
#include <type_traits>
#include <utility>

namespace zf::viewer {

namespace {

template <typename T>
void append(std::span<const T> values, std::vector<std::byte>& to) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto bytes = std::as_bytes(values);
  to.insert(to.end(), bytes.begin(), bytes.end());
}

template <typename T>
void append(const T& value, std::vector<std::byte>& to) {
  append(std::span(&value, 1), to);
}

}  // namespace

bool DrawnFrame::is_drawn(const ImDrawData& data) {
  now_.clear();
  append(data.DisplaySize, now_);
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    append(std::span<const ImDrawVert>(list.VtxBuffer.Data, static_cast<std::size_t>(list.VtxBuffer.Size)), now_);
    append(std::span<const ImDrawIdx>(list.IdxBuffer.Data, static_cast<std::size_t>(list.IdxBuffer.Size)), now_);
    for (const ImDrawCmd& command : list.CmdBuffer) {
      append(command.ClipRect, now_);
      append(command.TextureId, now_);
      append(command.ElemCount, now_);
    }
  }
  std::swap(last_, now_);
  return last_ == now_;
}

}  // namespace zf::viewer
