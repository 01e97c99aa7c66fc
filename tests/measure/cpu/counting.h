// What the kernels of the die need to run on one thread of a CPU, where each instruction of inline PTX is not done but
// counted, by its text. The clock stands still but for these instructions and for its own readings, so that two
// readings tell how many instructions lie between them.
#pragma once

#include <string.h>

#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(threads)
#define __syncthreads()
#define __CUDA_ARCH__ 1200

typedef unsigned long long u64;

struct Place {
    unsigned x, y, z;
};
static Place threadIdx, blockIdx, blockDim = {1, 1, 1}, gridDim = {1, 1, 1};

static const char *counted_texts[64];
static u64 counted_times[64];
static u64 ticks;

// Each place in the text of a kernel has a string of its own, unless the compiler saw that two are the same.
static inline void count(const char *text)
{
    ++ticks;
    for (int i = 0; i < 64; ++i) {
        if (!counted_texts[i])
            counted_texts[i] = text;
        if (counted_texts[i] == text) {
            ++counted_times[i];
            return;
        }
    }
    __builtin_trap();
}

static inline long long clock64()
{
    return (long long)ticks++;
}

static inline unsigned __float_as_uint(float x)
{
    unsigned bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline long long __double_as_longlong(double x)
{
    long long bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline unsigned __shfl_xor_sync(unsigned, unsigned value, int)
{
    return value;
}

static inline u64 atomicAdd(u64 *place, u64 more)
{
    u64 before = *place;
    *place += more;
    return before;
}

static inline u64 atomicOr(u64 *place, u64 bits)
{
    u64 before = *place;
    *place |= bits;
    return before;
}

// The multiprocessor that a block believes to run on.
static unsigned stated_multiprocessor;

extern "C" void place_at(u64 block, u64 thread, u64 threads, u64 multiprocessor)
{
    blockIdx.x = (unsigned)block;
    threadIdx.x = (unsigned)thread;
    blockDim.x = (unsigned)threads;
    stated_multiprocessor = (unsigned)multiprocessor;
}

extern "C" void forget()
{
    memset(counted_texts, 0, sizeof counted_texts);
    memset(counted_times, 0, sizeof counted_times);
}

extern "C" const char *counted_text(int number)
{
    return counted_texts[number];
}

extern "C" u64 counted(int number)
{
    return counted_times[number];
}

// From here on `asm volatile(...)` counts; `volatile` without a parenthesis stays what it is.
#define asm
#define volatile(...) count(#__VA_ARGS__)
