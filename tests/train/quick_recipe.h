#pragma once

#include "core/train/trainer.h"

namespace zf::test {

/// Three epochs in which a tiny model learns the synthetic classes.
inline Recipe quick_recipe() {
  Recipe recipe;
  recipe.epochs = 3;
  recipe.batch = 8;
  recipe.rate = 0.02;
  recipe.warmup = 3;
  recipe.jitter = 0.1;
  return recipe;
}

}  // namespace zf::test
