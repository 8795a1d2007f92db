#pragma once

#include <string>

namespace zf::viewer {

/// What a link asks to show, as its text has it; what is empty stays as it is.
struct Link {
  std::string tab;    ///< a panel's id
  std::string layer;  ///< as a viewer knows it
  std::string unit;   ///< the number of its map
  std::string photo;  ///< name of one that is open
};

}  // namespace zf::viewer
