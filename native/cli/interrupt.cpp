#include "native/cli/interrupt.h"

#include <csignal>

namespace zf::cli {

namespace {

volatile std::sig_atomic_t signalled = 0;

void interrupt(int /*signal*/) { signalled = 1; }

}  // namespace

InterruptGuard::InterruptGuard() {
  struct sigaction action {};
  action.sa_handler = interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool interrupted() { return signalled != 0; }

}  // namespace zf::cli
