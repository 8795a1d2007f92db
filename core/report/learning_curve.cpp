#include "core/report/learning_curve.h"

#include <nlohmann/json.hpp>

#include "core/figures/curve.h"

namespace zf {

Picture draw_learning_curve(std::span<const EpochLog> log) {
  Series training{"training top-1, with dropout and crops", {}, {}, {}, true, false};
  Series top1{"validation top-1", {}, {}, {}, false, true};
  Series top5{"validation top-5", {}, {}, {}, false, false};
  for (const EpochLog& line : log) {
    for (Series* series : {&training, &top1, &top5}) series->x.push_back(line.epoch);
    training.y.push_back(100 * line.train_top1_error);
    top1.y.push_back(100 * line.val_top1_error);
    top5.y.push_back(100 * line.val_top5_error);
  }
  Plot plot;
  plot.x_label = "epoch";
  plot.y_label = "error, %";
  plot.series = {training, top1, top5};
  plot.y_range = Interval{0, 100};
  return draw_plot(plot);
}

nlohmann::ordered_json epoch_json(const EpochLog& line) {
  return {{"epochs", line.epoch},
          {"train_loss", line.train_loss},
          {"train_top1_error", line.train_top1_error},
          {"val_top1_error", line.val_top1_error},
          {"val_top5_error", line.val_top5_error},
          {"seconds", line.seconds}};
}

}  // namespace zf
