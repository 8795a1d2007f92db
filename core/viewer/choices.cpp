#include "core/viewer/choices.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/nn/prediction.h"
#include "core/report/captions.h"
#include "core/viewer/spelling.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

int drop_down(const Ui& ui, const std::string& name, int count, const std::function<std::string(int)>& item, int chosen, float width,
              std::string_view words) {
  int result = chosen;
  ImGui::SetNextItemWidth(width);
  const bool open = ImGui::BeginCombo(("##" + name).c_str(), spelled(ui.fonts().body, item(chosen)).c_str(), ImGuiComboFlags_HeightLarge);
  if (open) {
    for (int i = 0; i < count; ++i) {
      ImGui::PushID(i);
      if (ImGui::Selectable(spelled(ui.fonts().body, item(i)).c_str(), i == chosen)) result = i;
      ui.landmarks.add(fmt::format("{} {}", name, i), last_item());
      ImGui::PopID();
    }
    ImGui::EndCombo();
  }
  ui.landmarks.add(name, last_item());
  if (!open) tooltip(ui, words);
  return result;
}

int choose_class(const Ui& ui, int label, float width, std::string_view words) {
  const ModelView& model = *ui.session.model();
  const auto name = [&](int i) { return readable(class_name(model.classes, i)); };
  return drop_down(ui, "followed class", model.shapes.back().c, name, label, width, words);
}

void choose_stages(const Ui& ui, Flow& flow, const Setting<std::array<int, 2>>& setting, std::string_view words) {
  constexpr std::array<const char*, 2> kNames = {"first layer", "second layer"};
  const ModelView& model = *ui.session.model();
  std::array<int, 2> numbers = ui.settings.get(setting);
  const std::array<int, 2> chosen = model.held(numbers);
  float width = 0;
  for (const StageView& stage : model.stages) width = std::max(width, text_size(ui.fonts().body, stage.name).x);
  width += ui.px(32) + ui.space(4);
  for (std::size_t k = 0; k < kNames.size(); ++k) {
    flow.next(width);
    const auto name = [&](int i) { return model.stages[static_cast<std::size_t>(i)].name; };
    const int now = drop_down(ui, kNames[k], static_cast<int>(model.stages.size()), name, chosen[k], width, words);
    if (now != chosen[k]) numbers[k] = now + 1;
  }
  ui.settings.set(setting, numbers);
}

}  // namespace zf::viewer
