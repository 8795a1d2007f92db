#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/viewer/session.h"
#include "core/viewer/teaching_jobs.h"

namespace zf::viewer {

/// A class that a person teaches the network.
struct TaughtClass {
  int number = 0;  ///< its own for good
  std::string name;
  bool named = false;                                  ///< by the person or a folder; else "Class 1"
  std::vector<std::shared_ptr<const Image>> photos{};  ///< as the network sees them
  std::vector<std::string> unreadable{};               ///< why files could not be read
};

/// The classes that are taught, their photos, and the lesson that makes a network of them. All on the thread that draws.
class Teaching {
 public:
  /// Photos of all classes together that are kept; with what the network makes of them, some 200 kB each.
  static constexpr std::size_t kMostPhotos = 1000;

  Teaching();

  /// Once a frame: starts what waits.
  void update(Session& session);

  [[nodiscard]] const std::vector<TaughtClass>& classes() const { return classes_; }
  void add_class();
  void remove_class(std::size_t index);
  void rename(std::size_t index, const std::string& name);
  /// The class that files go to.
  [[nodiscard]] std::size_t chosen() const { return chosen_; }
  void choose(std::size_t index) { chosen_ = index; }

  /// Photos and folders of photos, for the chosen class; a folder of folders of photos is a class each.
  void add(Session& session, const std::vector<std::string>& paths);
  /// The session's live picture, where it is another than the last time.
  void collect(const Session& session, std::size_t index);
  /// Files that are still to be read.
  [[nodiscard]] std::size_t unread() const { return unread_.size(); }
  /// Photos that found no room.
  [[nodiscard]] std::size_t left_out() const { return left_out_; }

  /// Why there can be no lesson now, in words; empty where there can.
  [[nodiscard]] std::string lack(const Session& session) const;
  /// Begins a lesson on what was collected, from the network that is open or, where it was taught, from the one that that came from.
  void teach(Session& session);
  /// Ends it with what was learnt so far, or goes on.
  void stop() { stop_->store(true); }
  void go_on(Session& session);
  [[nodiscard]] bool can_go_on() const { return lesson_ != nullptr && view_ && !view_->done; }
  [[nodiscard]] Progress progress(Session& session) const;
  /// Of the lesson so far; empty before the first.
  [[nodiscard]] const std::optional<LessonView>& view() const { return view_; }

  /// Whether the session's network is the taught one.
  [[nodiscard]] static bool is_open(Session& session);
  /// The network that the last lesson began with.
  [[nodiscard]] const std::optional<ModelView>& base() const { return base_; }
  /// Photos of all classes.
  [[nodiscard]] std::size_t photos() const;

 private:
  [[nodiscard]] TaughtClass* find(int number);
  TaughtClass& class_named(const std::string& name);
  void add_folder(const std::string& folder);
  void add_files(int number, const std::vector<std::string>& paths);
  void take(Session& session, ReadPhoto photo);
  void start(Session& session);
  void connect(Session& session);

  std::vector<TaughtClass> classes_;
  int numbers_ = 0;  ///< of classes so far
  std::size_t chosen_ = 0;
  std::vector<PhotoFileOf> unread_;
  bool reads_ = false;  ///< whether a job reads all that is unread
  std::size_t left_out_ = 0;
  int collected_ = 0;  ///< number of the session's photo that was collected last
  bool connected_ = false;
  Slot reading_;
  Slot learning_;
  std::optional<ModelView> base_;  ///< what the last lesson began with
  std::shared_ptr<Lesson> lesson_;
  std::shared_ptr<Features> features_;
  std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
  std::optional<LessonView> view_;
};

}  // namespace zf::viewer
