// What a CUDA compiler and a card give to a kernel, for one thread of a CPU: the words of the language, and memory
// with planted faults behind __ldcg and __stcg. Threads run one after another, block by block.
//
// The faults are those of the simulation, worked out anew from their descriptions, one access at a time: page by a
// table, word by its channel's address lines, then on reading the data lanes and lost channels. Nothing is shared
// with the simulation's code, so that two errors would have to agree.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(threads)

struct Place {
    unsigned x, y, z;
};
static Place threadIdx, blockIdx, blockDim, gridDim;

struct ulonglong2 {
    unsigned long long x, y;
};

static inline int __popcll(unsigned long long x)
{
    return __builtin_popcountll(x);
}

static inline float __fmaf_rn(float x, float y, float z)
{
    return fmaf(x, y, z);
}

namespace machine {

const uint64_t PAGE = 2097152, WORD = 32, STRETCH = 1024, STRETCHES = 2048;

enum Kind { STUCK_LINE, BRIDGED_LINES, STUCK_LANE, BRIDGED_LANES, CROSSTALK, LOST_CHANNEL, WEAK_CELL, FLAKY_READ };

// For channels: `first` and `second` are bits, `channel` -1 is all. For cells: `page`, `word`, and the lane in `first`;
// `second` is what a weak cell forgets to.
struct Fault {
    int32_t kind, channel, first, second;
    int64_t page, word;
    int32_t fresh;
};

static uint8_t *cells;
static uint64_t base, pages;
static const int64_t *page_table;    // page of cells of each page; -1 has none
static const uint8_t *channel_table; // channel of each stretch of each page of cells
static Fault *faults;
static int fault_count;
static uint64_t strayed; // accesses outside of the memory, or not aligned

static int channel_of(int64_t page, uint64_t word)
{
    return channel_table[page * STRETCHES + word * WORD / STRETCH];
}

static uint64_t cell_word(int64_t page, uint64_t word)
{
    for (int i = 0; i < fault_count; ++i) {
        const Fault &fault = faults[i];
        uint64_t moved = word;
        if (fault.kind == STUCK_LINE) {
            moved &= ~(1ull << fault.first);
            moved |= (uint64_t)fault.second << fault.first;
        } else if (fault.kind == BRIDGED_LINES) {
            if (word & (1ull << fault.first))
                moved |= 1ull << fault.second;
            if (word & (1ull << fault.second))
                moved |= 1ull << fault.first;
        } else {
            continue;
        }
        int channel = channel_of(page, word);
        if ((fault.channel < 0 || fault.channel == channel) && channel_of(page, moved) == channel)
            word = moved;
    }
    return word;
}

static bool bit_of(const uint64_t *word, int bit)
{
    return word[bit / 64] >> (bit % 64) & 1;
}

static void put_bit(uint64_t *word, int bit, bool value)
{
    word[bit / 64] &= ~(1ull << (bit % 64));
    word[bit / 64] |= (uint64_t)value << (bit % 64);
}

static void through_lane(uint64_t *word, const Fault &fault)
{
    if (fault.kind == STUCK_LANE) {
        put_bit(word, fault.first, fault.second);
    } else if (fault.kind == BRIDGED_LANES) {
        bool either = bit_of(word, fault.first) || bit_of(word, fault.second);
        put_bit(word, fault.first, either);
        put_bit(word, fault.second, either);
    } else if (fault.kind == CROSSTALK) {
        if ((word[fault.first / 64] | 1ull << (fault.first % 64)) == ~0ull)
            put_bit(word, fault.first, true);
    }
}

// From the cells outwards: neighbours disturb a lane, then it is stuck, then bridged; a lost channel says nothing.
static void disturb(uint64_t *word, int channel)
{
    const int order[] = {CROSSTALK, STUCK_LANE, BRIDGED_LANES};
    for (int kind : order)
        for (int i = 0; i < fault_count; ++i)
            if (faults[i].kind == kind && (faults[i].channel < 0 || faults[i].channel == channel))
                through_lane(word, faults[i]);
    for (int i = 0; i < fault_count; ++i)
        if (faults[i].kind == LOST_CHANNEL && faults[i].channel == channel)
            memset(word, 0xFF, WORD);
}

static void flaky(uint64_t *word, int64_t page, uint64_t cell, uint64_t half)
{
    for (int i = 0; i < fault_count; ++i) {
        Fault &fault = faults[i];
        if (fault.kind != FLAKY_READ || fault.page != page || (uint64_t)fault.word != cell)
            continue;
        if ((uint64_t)fault.first / 128 == half && fault.fresh) {
            put_bit(word, fault.first, !bit_of(word, fault.first));
            fault.fresh = 0;
        }
    }
}

static bool strays(uint64_t address)
{
    bool bad = address < base || address + 16 > base + pages * PAGE || address % 16;
    strayed += bad;
    return bad;
}

static ulonglong2 load(uint64_t address)
{
    ulonglong2 nothing = {~0ull, ~0ull};
    if (strays(address))
        return nothing;
    int64_t page = page_table[(address - base) / PAGE];
    if (page < 0)
        return nothing;
    uint64_t word = (address - base) % PAGE / WORD, half = address % WORD / 16, read[4];
    uint64_t cell = fault_count ? cell_word(page, word) : word;
    memcpy(read, cells + page * PAGE + cell * WORD, WORD);
    if (fault_count) {
        disturb(read, channel_of(page, word));
        flaky(read, page, cell, half);
    }
    ulonglong2 unit = {read[half * 2], read[half * 2 + 1]};
    return unit;
}

static void store(uint64_t address, ulonglong2 unit)
{
    if (strays(address))
        return;
    int64_t page = page_table[(address - base) / PAGE];
    if (page < 0)
        return;
    uint64_t word = (address - base) % PAGE / WORD, half = address % WORD / 16;
    uint64_t cell = fault_count ? cell_word(page, word) : word;
    memcpy(cells + page * PAGE + cell * WORD + half * 16, &unit, 16);
    for (int i = 0; i < fault_count; ++i)
        if (faults[i].kind == FLAKY_READ && faults[i].page == page && (uint64_t)faults[i].word == cell)
            faults[i].fresh = 1;
}

} // namespace machine

static inline ulonglong2 __ldcg(const ulonglong2 *address)
{
    return machine::load((uint64_t)address);
}

static inline void __stcg(ulonglong2 *address, ulonglong2 value)
{
    machine::store((uint64_t)address, value);
}
