#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace zf::testing {

/// Two folders of photos that a network can learn to tell apart, as TestDecoder reads them: "columns" and "rows".
inline void write_classes(const std::filesystem::path& folder, int photos) {
  constexpr int kSide = 48;
  for (const char* const name : {"columns", "rows"}) {
    std::filesystem::create_directories(folder / name);
    for (int i = 0; i < photos; ++i) {
      std::ofstream file(folder / name / (std::to_string(100 + i) + ".png"), std::ios::binary);
      file << "ZF " << kSide << " " << kSide << "\n";
      for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
          const int along = (name[0] == 'c' ? x : y) + i;
          for (int c = 0; c < 3; ++c) file.put(static_cast<char>(along / 4 % 2 == 0 ? 40 + (x * y + i) % 50 : 180 + (x + c * i) % 60));
        }
      }
    }
  }
}

}  // namespace zf::testing
