#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/nn/network.h"

namespace zf {

/// How a network of the zoo is cut to size.
struct ZooOptions {
  int size = 224;      ///< pixels a side of the input (1, channels, size, size)
  double width = 1.0;  ///< factor on the maps of every convolution, rounded to even numbers
  int fc = 4096;       ///< units of fc6 and fc7
  int classes = 1000;  ///< units of fc8
  int channels = 3;    ///< of the input
  int across = 0;      ///< pixels of a row of the input; 0: size

  /// (1, channels, size, across)
  [[nodiscard]] Shape input() const { return {1, channels, size, across > 0 ? across : size}; }
};

/// Zeiler & Fergus, Fig. 3: conv1, relu1, pool1, norm1, conv2, ..., conv5, relu5, pool5, fc6, relu6, drop6, fc7, relu7, drop7,
/// fc8, prob. The half net is width 0.5 with fc 1024. All functions here throw where the input is too small for the layers.
[[nodiscard]] Network zfnet(const ZooOptions& options);

/// zfnet with 512, 1024 and 512 maps in conv3 to conv5: the wider net of Tables 2 and 3.
[[nodiscard]] Network zfnet_wide(const ZooOptions& options);

/// Krizhevsky et al. 2012, the paper's comparator: two groups in conv2, conv4 and conv5, normalisation before pooling.
[[nodiscard]] Network alexnet(const ZooOptions& options);

/// alexnet with dense connections.
[[nodiscard]] Network alexnet_dense(const ZooOptions& options);

/// "zfnet", "zfnet-wide", "alexnet", "alexnet-dense".
[[nodiscard]] std::vector<std::string> architecture_names();

/// The network of that name. Throws with the list of names.
[[nodiscard]] Network make_network(std::string_view architecture, const ZooOptions& options);

}  // namespace zf
