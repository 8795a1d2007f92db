#pragma once

// What zfscope asks of MPI, as the module zfscope_mpi.so offers it: the program itself is not linked to MPI, so that it starts as fast
// without, and where there is none. Plain C, since the module shares no code with the program.

extern "C" {

/// A sum over all ranks that is under way.
struct ZfMpiSum;

struct ZfMpiFunctions {
  int rank;
  int size;
  /// Adds up `count` floats over all ranks, in place. They stay where they are until wait_for_sum. Null where it failed.
  ZfMpiSum* (*start_sum)(float* values, int count);
  /// Lets a sum go on.
  void (*poke_sum)(ZfMpiSum* sum);
  /// Frees the sum. 0 where it failed.
  int (*wait_for_sum)(ZfMpiSum* sum);
  /// What each of the ranks gives: `bytes[rank]`. First the lengths, then with room for all of them the bytes. 0 where it failed.
  int (*gather_lengths)(int own, int* lengths);
  int (*gather_bytes)(const char* own, const int* lengths, char* all);
  /// Ends every rank.
  void (*abort)();
  /// Says good-bye to the other ranks.
  void (*finish)();
};

/// Starts MPI; once. Null where that failed.
const ZfMpiFunctions* zf_mpi_start();
}
