#include "core/train/checkpoint.h"

#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "core/io/quotable.h"
#include "core/io/safetensors.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

using nlohmann::json;

constexpr const char* kSetupKey = "zfscope.training.setup";
constexpr const char* kStateKey = "zfscope.training.state";
constexpr std::string_view kVelocityPrefix = "velocity.";

json to_json(const EpochLog& l) {
  return {l.epoch, l.rate, l.train_loss, l.train_top1_error, l.val_loss, l.val_top1_error, l.val_top5_error, l.seconds};
}

/// A number of a checkpoint, which anyone may have changed.
double finite(const json& value, const char* what, const std::string& where) {
  if (!value.is_number()) fail("{}: {}: expected a number, found {}", where, what, quotable(value.dump(-1, ' ', true)));
  const auto number = value.get<double>();
  if (!(number >= 0) || !std::isfinite(number)) fail("{}: {}: expected a finite number of at least 0, found {}", where, what, number);
  return number;
}

std::int64_t count(const json& value, const char* what, const std::string& where) {
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  const bool whole = value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::uint64_t{kMost});
  if (!whole || value.get<std::int64_t>() < 0) {
    fail("{}: {}: expected a whole number of 0 to {}, found {}", where, what, kMost, quotable(value.dump(-1, ' ', true)));
  }
  return value.get<std::int64_t>();
}

int small_count(const json& value, const char* what, const std::string& where) {
  const std::int64_t number = count(value, what, where);
  if (number > std::numeric_limits<int>::max()) fail("{}: {}: expected fewer, found {}", where, what, number);
  return static_cast<int>(number);
}

EpochLog log_from(const json& j, const std::string& where) {
  const auto number = [&](std::size_t i) { return finite(j.at(i), "log", where); };
  return {small_count(j.at(0), "log", where), number(1), number(2), number(3), number(4), number(5), number(6), number(7)};
}

json to_json(const TrainingState& s) {
  json log = json::array();
  for (const EpochLog& line : s.log) log.push_back(to_json(line));
  return {{"epoch", s.epoch},     {"step", s.step},
          {"loss", s.loss},       {"correct", s.correct},
          {"photos", s.photos},   {"plateau", s.plateau},
          {"stale", s.stale},     {"best_error", s.best_error},
          {"seconds", s.seconds}, {"log", log}};
}

TrainingState state_from(const json& j, const std::string& where) {
  const auto number = [&](const char* key) { return finite(j.at(key), key, where); };
  const auto small = [&](const char* key) { return small_count(j.at(key), key, where); };
  TrainingState s;
  s.epoch = small("epoch");
  s.step = small("step");
  s.loss = number("loss");
  s.correct = count(j.at("correct"), "correct", where);
  s.photos = count(j.at("photos"), "photos", where);
  s.plateau = number("plateau");
  s.stale = small("stale");
  s.best_error = number("best_error");
  s.seconds = number("seconds");
  for (const json& line : j.at("log")) s.log.push_back(log_from(line, where));
  if (s.correct > s.photos) fail("{}: expected at most {} right answers, found {}", where, s.photos, s.correct);
  if (std::cmp_not_equal(s.log.size(), s.epoch))
    fail("{}: expected a line of the log an epoch, found {} of {}", where, s.log.size(), s.epoch);
  return s;
}

json parse(const std::map<std::string, std::string>& metadata, const char* key, const std::string& path) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) fail("{}: expected a training checkpoint, found a file without {}", path, key);
  return json::parse(found->second);
}

}  // namespace

void save_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
  std::vector<StoredTensor> tensors;
  for (const auto& [name, tensor] : checkpoint.weights) tensors.push_back({name, stored_dims(tensor.shape()), tensor.values()});
  for (const auto& [name, tensor] : checkpoint.velocities) {
    tensors.push_back({std::string(kVelocityPrefix) + name, stored_dims(tensor.shape()), tensor.values()});
  }
  write_safetensors(path, tensors, {{kSetupKey, checkpoint.setup.dump()}, {kStateKey, to_json(checkpoint.state).dump()}},
                    Precision::kFloat32);
}

Checkpoint load_checkpoint(const std::string& path) {
  SafetensorsReader reader(path);
  Checkpoint checkpoint;
  try {
    checkpoint.setup = parse(reader.metadata(), kSetupKey, path);
    checkpoint.state = state_from(parse(reader.metadata(), kStateKey, path), path);
  } catch (const json::exception& error) {
    fail("{}: expected a training checkpoint, found: {}", path, error.what());
  }
  for (const auto& [name, entry] : reader.entries()) {
    if (name.compare(0, kVelocityPrefix.size(), kVelocityPrefix) == 0) {
      checkpoint.velocities.emplace(name.substr(kVelocityPrefix.size()), reader.read(name));
    } else {
      checkpoint.weights.emplace(name, reader.read(name));
    }
  }
  return checkpoint;
}

std::string to_csv(const std::vector<EpochLog>& log) {
  std::string csv = "epoch,rate,train_loss,train_top1_error,val_loss,val_top1_error,val_top5_error,seconds\n";
  for (const EpochLog& l : log) {
    csv += fmt::format("{},{},{},{},{},{},{},{}\n", l.epoch, l.rate, l.train_loss, l.train_top1_error, l.val_loss, l.val_top1_error,
                       l.val_top5_error, l.seconds);
  }
  return csv;
}

}  // namespace zf
