#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange/import.h"
#include "core/exchange/network_parts.h"
#include "core/io/network_json.h"

namespace zf {

/// A network out of another program's file, and what is known about it.
struct FoundNetwork {
  NetworkParts parts;
  std::vector<std::string> notes;
  std::string origin;  ///< for the model's metadata; empty where the file has its own
  std::map<std::string, std::string> metadata{};
  std::optional<Description> ours{};      ///< of a file that we exported: its own preprocessing and classes
  std::string preset = "imagenet-torch";  ///< how such a network usually takes photos
  std::string why = "the usual one; `zfscope import FILE --try PHOTO` compares it with the others";
  bool keep_preset = false;  ///< whether it is right for networks that normalise their images themselves, too
};

/// Makes a model of a network: chooses what the file does not say, preprocessing and classes, and notes why. `name` stands in errors.
[[nodiscard]] ImportedModel complete(FoundNetwork found, const std::string& name, const ImportOptions& options);

}  // namespace zf
