#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>

#include "core/viewer/flow.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

/// What panels that compare layers say of a network without any that could be chosen.
inline constexpr std::string_view kNoStages = "This network has no layers with weights to compare.";

/// One of many, from a list that opens; gives the index that is chosen now. Landmarks are NAME, and "NAME 7" for the open list's
/// seventh. `words` explain it.
int drop_down(const Ui& ui, const std::string& name, int count, const std::function<std::string(int)>& item, int chosen, float width,
              std::string_view words);

/// One of the model's classes, by its index.
int choose_class(const Ui& ui, int label, float width, std::string_view words);
/// More of the paper's layers than any network has.
inline constexpr int kMostStages = 1000;
/// Two of the paper's layers, by their numbers, from 1 on.
void choose_stages(const Ui& ui, Flow& flow, const Setting<std::array<int, 2>>& setting, std::string_view words);

}  // namespace zf::viewer
