#include "native/cli/learning_curve.h"

#include "core/figures/curve.h"
#include "core/io/atomic_file.h"
#include "core/report/png.h"

namespace zf::cli {

void write_learning_curve(const std::string& path, const std::vector<EpochLog>& log) {
  if (log.empty()) return;
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
  write_file(path, encode_png(draw_plot(plot)));
}

}  // namespace zf::cli
