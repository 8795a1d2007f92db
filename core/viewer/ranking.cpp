#include "core/viewer/ranking.h"

#include <utility>

#include "core/viewer/pace.h"

namespace zf::viewer {

namespace {

class Ranking final : public Job {
 public:
  Ranking(std::shared_ptr<Look> look, const Tensor& input, RankingView view, int layer, std::function<void(RankingView)> deliver)
      : look_(std::move(look)),
        view_(std::move(view)),
        deliver_(std::move(deliver)),
        job_(*look_->scope->net, ablation(*look_, input), {layer}) {}

  Step step() override {
    const Step step = job_.step();
    if (step == Step::kDone || pace_.due()) {
      view_.drops = job_.drops(view_.label);
      deliver_(view_);
    }
    return step;
  }
  [[nodiscard]] double progress() const override { return job_.progress(); }

 private:
  static const Ablation& ablation(Look& look, const Tensor& input) {
    if (!look.ablation) look.ablation = std::make_unique<Ablation>(*look.scope->net, input);
    return *look.ablation;
  }

  std::shared_ptr<Look> look_;
  RankingView view_;
  std::function<void(RankingView)> deliver_;
  AblationRanking job_;
  Pace pace_;
};

}  // namespace

Worker::Maker ranking_job(std::shared_ptr<Look> look, Tensor input, const LayerStory& layer, int label,
                          std::function<void(RankingView)> done) {
  return [look = std::move(look), input = std::move(input), view = RankingView{layer.name, label, {}}, index = layer.layer,
          done = std::move(done)](Worker::Outbox outbox) { return std::make_unique<Ranking>(look, input, view, index, outbox.to(done)); };
}

}  // namespace zf::viewer
