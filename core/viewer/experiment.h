#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "core/viewer/session.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// One experiment of a panel: what is asked for, of which model or photo, the slot of its jobs, and what they found. A panel says with
/// every frame what it wants, and draws what is there: found for another wish, model or photo, nothing is.
template <typename Wish, typename View>
class Experiment {
 public:
  /// On the photo, it begins anew with every photo; else with every model.
  explicit Experiment(Subject subject, Urgency urgency = Urgency::kLong) : subject_(subject), urgency_(urgency) {}

  /// Asks for `wish`. True where it, or what it is asked of, is another than before; then nothing is found yet, no job runs, and the caller
  /// starts one, unless there is nothing to do.
  bool ask(Session& session, Wish wish) {
    const Key key{number(session), std::move(wish)};
    if (session_ != nullptr && key == key_) return false;
    if (session_ == nullptr) slot_ = session.worker().add_slot(subject_, urgency_);
    session_ = &session;
    key_ = key;
    forget();
    return true;
  }

  /// Starts a job in place of the one that runs: `job` makes it, given the function that takes what it finds. What was found stays until
  /// then.
  template <typename MakeJob>
  void start(const MakeJob& job) {
    session_->worker().start(slot_, job([this](View view) {
                               view_ = std::move(view);
                               news_ = true;
                             }));
  }
  void cancel() {
    if (session_ != nullptr) session_->worker().cancel(slot_);
  }
  /// Cancels, and drops what was found.
  void forget() {
    cancel();
    view_.reset();
    news_ = false;
  }
  [[nodiscard]] Progress progress() const { return session_ != nullptr ? session_->worker().progress(slot_) : Progress{}; }

  /// What was asked for last.
  [[nodiscard]] const Wish& wish() const { return key_.wish; }
  /// What was found for it so far.
  [[nodiscard]] const std::optional<View>& view() const {
    static const std::optional<View> none;
    return session_ != nullptr && key_.number == number(*session_) ? view_ : none;
  }
  /// Whether more was found since the last call.
  [[nodiscard]] bool take_news() { return std::exchange(news_, false); }

  explicit operator bool() const { return view().has_value(); }
  const View& operator*() const { return *view_; }
  const View* operator->() const { return &*view_; }

 private:
  struct Key {
    int number = 0;  ///< of the model or photo
    Wish wish;
    friend bool operator==(const Key&, const Key&) = default;
  };

  [[nodiscard]] int number(const Session& session) const {
    return subject_ == Subject::kPhoto ? session.photo_number() : session.model_number();
  }

  Subject subject_;
  Urgency urgency_;
  Session* session_ = nullptr;
  Slot slot_;
  Key key_;
  std::optional<View> view_;
  bool news_ = false;
};

}  // namespace zf::viewer
