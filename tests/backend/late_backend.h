#pragma once

#include <memory>
#include <utility>

#include "core/backend/device_error.h"
#include "core/backend/reference.h"

namespace zf::testing {

/// The reference as a device that answers late: a read-back is ready when it was asked so often. `lost_after` read-backs the device is
/// lost; below 0 never.
class LateBackend final : public reference::ReferenceBackend {
 public:
  explicit LateBackend(int polls, int lost_after = -1) : polls_(polls), lost_after_(lost_after) {}
  [[nodiscard]] std::string description() const override { return "late"; }

 protected:
  [[nodiscard]] std::unique_ptr<Transfer> do_read(const Storage& from, std::size_t at, std::size_t bytes) override {
    if (lost_after_ == 0) device_failed("late: expected a device that answers, found a lost one");
    --lost_after_;
    return std::make_unique<Late>(ReferenceBackend::do_read(from, at, bytes), polls_);
  }

 private:
  class Late final : public Transfer {
   public:
    Late(std::unique_ptr<Transfer> transfer, int polls) : transfer_(std::move(transfer)), polls_(polls) {}
    [[nodiscard]] bool ready() override { return polls_-- <= 0; }
    [[nodiscard]] AlignedBuffer take() override { return transfer_->take(); }

   private:
    std::unique_ptr<Transfer> transfer_;
    int polls_;
  };

  int polls_;
  int lost_after_;
};

}  // namespace zf::testing
