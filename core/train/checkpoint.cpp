#include "core/train/checkpoint.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

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

EpochLog log_from(const json& j) {
  return {j.at(0).get<int>(),    j.at(1).get<double>(), j.at(2).get<double>(), j.at(3).get<double>(),
          j.at(4).get<double>(), j.at(5).get<double>(), j.at(6).get<double>(), j.at(7).get<double>()};
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

TrainingState state_from(const json& j) {
  TrainingState s;
  s.epoch = j.at("epoch").get<int>();
  s.step = j.at("step").get<int>();
  s.loss = j.at("loss").get<double>();
  s.correct = j.at("correct").get<std::int64_t>();
  s.photos = j.at("photos").get<std::int64_t>();
  s.plateau = j.at("plateau").get<double>();
  s.stale = j.at("stale").get<int>();
  s.best_error = j.at("best_error").get<double>();
  s.seconds = j.at("seconds").get<double>();
  for (const json& line : j.at("log")) s.log.push_back(log_from(line));
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
    checkpoint.state = state_from(parse(reader.metadata(), kStateKey, path));
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

void check_same_setup(const std::string& path, const json& checkpoint, const json& now) {
  std::set<std::string> keys;
  for (const auto& entry : checkpoint.items()) keys.insert(entry.key());
  for (const auto& entry : now.items()) keys.insert(entry.key());
  const auto show = [](const json& setup, const std::string& key) { return setup.contains(key) ? setup.at(key).dump() : "nothing"; };
  std::string differences;
  for (const std::string& key : keys) {
    const std::string there = show(checkpoint, key);
    const std::string here = show(now, key);
    if (there != here) differences += fmt::format("{}{}: {} there, {} now", differences.empty() ? "" : "; ", key, there, here);
  }
  if (!differences.empty()) fail("{}: expected the settings that the run began with, found {}", path, differences);
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
