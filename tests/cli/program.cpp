#include "tests/cli/program.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>
#include <stdexcept>

namespace zf::testing {

namespace fs = std::filesystem;

namespace {

std::string read_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Outcome run(const std::string& command, const fs::path& in) {
  const int status = std::system(fmt::format("cd '{}' && {} >.out 2>.err </dev/null", in.string(), command).c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(in / ".out"), read_text(in / ".err")};
}

}  // namespace

Outcome zfscope(const std::string& arguments, const fs::path& in, const std::string& before) {
  return run(fmt::format("{} {} {}", before, ZF_PROGRAM, arguments), in);
}

Outcome zfscope_killed(const std::string& arguments, const fs::path& in, double seconds) {
  return run(fmt::format("timeout -s KILL {} {} {}", seconds, ZF_PROGRAM, arguments), in);
}

void write_photo(const fs::path& file, int width, int height, int seed) {
  fs::create_directories(file.parent_path());
  cv::Mat photo(height, width, CV_8UC3);
  const int stripe = 3 + seed % 7;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int band = (x + (seed % 2) * y) / stripe;
      photo.at<cv::Vec3b>(y, x) =
          cv::Vec3b(static_cast<uchar>(band * 70 + seed * 31), static_cast<uchar>(y), static_cast<uchar>(band * 130));
    }
  }
  if (!cv::imwrite(file.string(), photo)) throw std::runtime_error("cannot write " + file.string());
}

nlohmann::json CommandTest::result(const std::string& arguments) const {
  const Outcome outcome = run(arguments + " --json");
  EXPECT_EQ(outcome.status, 0) << arguments << ": " << outcome.err;
  return outcome.status == 0 ? nlohmann::json::parse(outcome.out) : nlohmann::json();
}

void CommandTest::expect_failure(const std::string& arguments, const std::string& said, int status) const {
  const Outcome outcome = run(arguments);
  EXPECT_EQ(outcome.status, status) << arguments;
  EXPECT_NE(outcome.err.find(said), std::string::npos) << arguments << ": " << outcome.err;
}

}  // namespace zf::testing
