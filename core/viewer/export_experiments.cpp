#include "core/viewer/export_experiments.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/figures/curve.h"
#include "core/nn/prediction.h"
#include "core/report/captions.h"
#include "core/report/correspondence_figure.h"
#include "core/report/invariance_figure.h"
#include "core/report/story_json.h"
#include "core/viewer/panels/retrained_view.h"
#include "core/viewer/saving.h"
#include "core/viewer/tables.h"

namespace zf::viewer {

void save_invariance(const Ui& ui, const CurvesView& view, const std::array<std::string, 2>& layers, int label) {
  const PhotoView& photo = *ui.session.photo();
  const InvarianceStory story{layers, view.amounts, {record_of(view, photo.name, label)}, ui.session.model()->classes};
  const std::string name = fmt::format("{}-invariance", std::filesystem::path(photo.name).stem().string());
  save_picture(ui, name, draw_invariance(story), name + ".csv", invariance_csv(story));
}

void save_correspondence(const Ui& ui, const CorrespondenceView& view) {
  if (view.masks.rgb.empty()) {
    ui.session.tell({"The table is not finished.", "Save it when all draws are done.", false});
    return;
  }
  const nlohmann::ordered_json numbers{{"model", ui.session.model()->network.name},
                                       {"faces", view.faces},
                                       {"draws", view.draws},
                                       {"mask_side", CorrespondenceOptions{}.side},
                                       {"parts", correspondence_json(view.results, view.layers)}};
  save_picture(ui, "correspondence", view.masks, "correspondence.json", to_text(numbers, 1) + "\n");
}

void save_points(const Ui& ui) {
  std::vector<FacePoints> faces;
  for (const FacePoints& face : ui.session.choice().points) {
    if (face.places.size() == kFaceParts.size()) faces.push_back(face);
  }
  if (faces.size() < 2) {
    ui.session.tell({fmt::format("Points of at least two faces make a table, found {}.", faces.size()), "Mark another face.", false});
    return;
  }
  save_text(ui, "points.csv", points_csv(faces));
}

void save_retrained(const Ui& ui) {
  const std::vector<VariantResult>& here = ui.session.retrained();
  Series ours{"here", {}, {}, {}, false, true};
  Series theirs{"the paper", {}, {}, {}, false, true};
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  const auto rates = [](const VariantErrors& errors) {
    return nlohmann::ordered_json{{"train_top1", errors.train_top1}, {"val_top1", errors.val_top1}, {"val_top5", errors.val_top5}};
  };
  for (std::size_t i = 0; i < table3_of_the_paper().size(); ++i) {
    const VariantErrors& paper = table3_of_the_paper()[i];
    nlohmann::ordered_json row{{"row", i + 1}, {"change", variant_words(i)}, {"paper", rates(paper)}};
    theirs.x.push_back(static_cast<double>(i + 1));
    theirs.y.push_back(paper.val_top1);
    if (i < here.size()) {
      row["name"] = here[i].name;
      row["here"] = rates(here[i].errors);
      ours.x.push_back(static_cast<double>(i + 1));
      ours.y.push_back(here[i].errors.val_top1);
    }
    rows.push_back(std::move(row));
  }
  Plot plot;
  plot.title = "Validation error of Table 3's networks";
  plot.x_label = "row of Table 3";
  plot.y_label = "top-1 error";
  plot.series = {theirs};
  if (!here.empty()) plot.series = {ours, theirs};
  save_picture(ui, "table3", draw_plot(plot), "table3.json", to_text(rows, 1) + "\n");
}

}  // namespace zf::viewer
