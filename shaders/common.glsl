// What all kernels share. Whoever compiles a kernel puts in front of this file: its #version, ZF_SETS where bindings belong to
// sets (Vulkan, WebGPU), and what kernels.h defines for the kernel.
//
// Rules, so that every kernel translates to WebGPU and runs within its default limits: at most 8 storage blocks, 256 threads and 16 KiB
// shared memory a group; no infinities, isnan or subgroups; accumulators are named vectors, for arrays are slow in some browsers.
//
// An operand is bound from some element on that its parts need; NAME_at is where its element 0 would lie in the binding, modulo
// 2^32, so that whole indices wrap to the right place.

#ifdef ZF_SETS
#define STORAGE(slot) layout(std430, set = 0, binding = slot)
#define PARAMETERS layout(std140, set = 0, binding = 0) uniform Parameters
#else
#define STORAGE(slot) layout(std430, binding = slot)
#define PARAMETERS layout(std140, binding = 0) uniform Parameters
#endif

layout(local_size_x = 64) in;

const int kThreads = 64;

// Groups are a grid only because one dimension ends at 65,535.
int group_index() { return int(gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x); }
int thread_index() { return group_index() * kThreads + int(gl_LocalInvocationIndex); }

bool inside(int at, int size) { return at >= 0 && at < size; }

// The remainder in [0, b) of any a that a window's place can be; % knows no negative numbers.
int wrapped(int a, int b) { return (a + b * 65536) % b; }

// The first tap along an axis that reads places of a phase of the stride, through taps that are `dilation` apart and whose phases recur
// after `taps` of them; `none` where none does.
int first_tap(int phase, int stride, int dilation, int taps, int none) {
  for (int tap = 0; tap < taps; ++tap) {
    if ((tap * dilation + stride - phase) % stride == 0) return tap;
  }
  return none;
}
