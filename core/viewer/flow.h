#pragma once

#include "core/viewer/ui.h"

namespace zf::viewer {

/// Controls in rows, left to right, in as many rows as they take. Ends with the cursor below the last row.
class Flow {
 public:
  Flow(const Ui& ui, float width);
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;
  ~Flow();

  /// Sets the cursor for a control of this width.
  void next(float width);

 private:
  const Ui* ui_;
  float width_;
  float row_height_;
  float x_ = 0;
  float y_ = 0;
  ImVec2 origin_;
};

}  // namespace zf::viewer
