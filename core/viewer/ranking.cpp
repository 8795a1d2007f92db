#include "core/viewer/ranking.h"

#include <chrono>
#include <utility>

namespace zf::viewer {

namespace {

class Ranking final : public Job {
 public:
  Ranking(std::shared_ptr<Look> look, const Tensor& input, RankingView view, int layer, std::function<void(RankingView)> deliver)
      : look_(std::move(look)),
        view_(std::move(view)),
        deliver_(std::move(deliver)),
        job_(*look_->scope->net, ablation(*look_, input), {layer}) {}

  bool step() override {
    constexpr std::chrono::milliseconds kBetween{150};
    const bool more = job_.step();
    const auto now = std::chrono::steady_clock::now();
    if (!more || now - last_ > kBetween) {
      view_.drops = job_.drops(view_.label);
      deliver_(view_);
      last_ = now;
    }
    return more;
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
  std::chrono::steady_clock::time_point last_;
};

}  // namespace

Worker::Maker ranking_job(std::shared_ptr<Look> look, Tensor input, const LayerStory& layer, int label,
                          std::function<void(RankingView)> done) {
  return [look = std::move(look), input = std::move(input), view = RankingView{layer.name, label, {}}, index = layer.layer,
          done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Ranking>(look, input, view, index, [done, outbox](RankingView ranking) {
      outbox.deliver([done, ranking = std::move(ranking)] { done(ranking); });
    });
  };
}

}  // namespace zf::viewer
