// The kernels of the memory test: write words that name their own place, read them back, class what is wrong.
//
// The law is gpu_inspector/measure/pattern.py: the constants here are the same, and a test compares the words bit for
// bit. The order and the meaning of the arguments stand in launches.py. All memory on trial is reached through
// __ldcg and __stcg alone, in units of 16 bytes that L1 does not keep; what the host gives and gets (flags, slots,
// addresses, words) lies in the host's own memory and is reached plainly. The same text is compiled for a CPU by the
// tests, where threads run one after another: nothing here may depend on threads that run together.

typedef unsigned long long u64;

static const u64 FIRST_FACTOR = 0x9E6C63D0876A9A63ull;
static const u64 SECOND_FACTOR = 0xD1B54A32D192ED03ull;
// Their inverses modulo 2^64.
static const u64 FIRST_INVERSE = 0xFC6677258B78B74Bull;
static const u64 SECOND_INVERSE = 0x06106CCFA448E5ABull;

static const int LANE_SHIFT = 60;
static const int PASS_SHIFT = 48;
static const u64 PLACE_MASK = 0x0FFFFFFFFFFFFFFFull;
static const u64 INDEX_MASK = 0x0000FFFFFFFFFFFFull;

static const u64 PAGE_BYTES = 2097152ull;
static const u64 PAGE_WORDS = 65536ull;
static const u64 WORD_BYTES = 32ull;
static const u64 UNIT_BYTES = 16ull;
static const u64 PAGE_UNITS = 131072ull;
static const u64 PAGE_THREADS = 256ull;
// What one thread of fill and verify does on a page: its units, and by how many words these lie apart.
static const u64 THREAD_UNITS = 512ull;
static const u64 THREAD_STEP = 128ull;

static const u64 ALL_ONES = 0xFFFFFFFFFFFFFFFFull;
static const u64 SLOT_NUMBERS = 24ull;

static __device__ __forceinline__ u64 mix(u64 x)
{
    x ^= x >> 32;
    x *= FIRST_FACTOR;
    x ^= x >> 29;
    x *= SECOND_FACTOR;
    return x ^ (x >> 32);
}

static __device__ __forceinline__ u64 unmix(u64 x)
{
    x ^= x >> 32;
    x *= SECOND_INVERSE;
    x ^= (x >> 29) ^ (x >> 58);
    x *= FIRST_INVERSE;
    return x ^ (x >> 32);
}

// Kinds: 0 hash, 1 its inverse, 2 walking one, 3 walking zero. Odd kinds are turned over.
static __device__ __forceinline__ u64 turn_of(u64 kind)
{
    return (kind & 1) ? ALL_ONES : 0;
}

// One lane of a walking word: `place` is index ^ pass << 48 ^ salt.
static __device__ __forceinline__ u64 walking(u64 place, u64 lane)
{
    u64 bit = mix(place) >> 56;
    return (bit >> 6) == lane ? 1ull << (bit & 63) : 0;
}

// The two lanes `lane` and `lane + 1` of the word at a place.
static __device__ __forceinline__ ulonglong2 half_word(u64 place, u64 lane, bool is_walking, u64 turn)
{
    ulonglong2 half;
    if (is_walking) {
        half.x = walking(place, lane) ^ turn;
        half.y = walking(place, lane + 1) ^ turn;
    } else {
        half.x = mix(place ^ (lane << LANE_SHIFT)) ^ turn;
        half.y = mix(place ^ ((lane + 1) << LANE_SHIFT)) ^ turn;
    }
    return half;
}

// `is_walking` is a constant wherever this is called, so that the loop holds no branch.
static __device__ __forceinline__ void fill_page(u64 page, u64 index, u64 lane, bool is_walking, u64 tweak, u64 turn)
{
    ulonglong2 *units = (ulonglong2 *)page + threadIdx.x;
#pragma unroll 8
    for (u64 i = 0; i < THREAD_UNITS; ++i)
        __stcg(units + i * PAGE_THREADS, half_word((index + i * THREAD_STEP) ^ tweak, lane, is_walking, turn));
}

static __device__ __forceinline__ u64 differing_bits(
    u64 page, u64 index, u64 lane, bool is_walking, u64 tweak, u64 turn)
{
    const ulonglong2 *units = (const ulonglong2 *)page + threadIdx.x;
    u64 bits = 0;
#pragma unroll 8
    for (u64 i = 0; i < THREAD_UNITS; ++i) {
        ulonglong2 read = __ldcg(units + i * PAGE_THREADS);
        ulonglong2 right = half_word((index + i * THREAD_STEP) ^ tweak, lane, is_walking, turn);
        bits |= (read.x ^ right.x) | (read.y ^ right.y);
    }
    return bits;
}

// A block writes a page; thread t its units t, t + 256 and so on: word unit / 2, lanes 0 and 1 or 2 and 3.
extern "C" __global__ void __launch_bounds__(256) fill(
    u64 base, u64 first_word, u64 pages, u64 number, u64 kind, u64 salt)
{
    u64 lane = (threadIdx.x & 1) * 2;
    u64 tweak = (number << PASS_SHIFT) ^ salt;
    for (u64 page = blockIdx.x; page < pages; page += gridDim.x) {
        u64 index = first_word + page * PAGE_WORDS + (threadIdx.x >> 1);
        if (kind < 2)
            fill_page(base + page * PAGE_BYTES, index, lane, false, tweak, turn_of(kind));
        else
            fill_page(base + page * PAGE_BYTES, index, lane, true, tweak, turn_of(kind));
    }
}

// As fill, reading, in another order of pages than they were written in. One plain byte says that a page is wrong.
extern "C" __global__ void __launch_bounds__(256) verify(
    u64 base, u64 first_word, u64 pages, u64 number, u64 kind, u64 salt, u64 flags)
{
    u64 lane = (threadIdx.x & 1) * 2;
    u64 tweak = (number << PASS_SHIFT) ^ salt;
    for (u64 i = blockIdx.x; i < pages; i += gridDim.x) {
        u64 page = pages - 1 - i;
        u64 index = first_word + page * PAGE_WORDS + (threadIdx.x >> 1);
        u64 bits;
        if (kind < 2)
            bits = differing_bits(base + page * PAGE_BYTES, index, lane, false, tweak, turn_of(kind));
        else
            bits = differing_bits(base + page * PAGE_BYTES, index, lane, true, tweak, turn_of(kind));
        if (bits)
            *((unsigned char *)flags + page) = 1;
    }
}

struct Word {
    u64 lane[4];
};

static __device__ __forceinline__ Word read_word(u64 address)
{
    ulonglong2 low = __ldcg((const ulonglong2 *)address);
    ulonglong2 high = __ldcg((const ulonglong2 *)(address + UNIT_BYTES));
    Word word = {{low.x, low.y, high.x, high.y}};
    return word;
}

static __device__ __forceinline__ Word expected_word(u64 place, u64 kind)
{
    ulonglong2 low = half_word(place, 0, kind >= 2, turn_of(kind));
    ulonglong2 high = half_word(place, 2, kind >= 2, turn_of(kind));
    Word word = {{low.x, low.y, high.x, high.y}};
    return word;
}

// How many lanes of a hash word name the same (pass, index), each with its own lane number; `place` gets it.
static __device__ __forceinline__ int decode(const Word &word, u64 turn, u64 salt, u64 *place)
{
    u64 key[4];
#pragma unroll
    for (int lane = 0; lane < 4; ++lane)
        key[lane] = unmix(word.lane[lane] ^ turn) ^ salt;
    int best = 0;
#pragma unroll
    for (int one = 0; one < 4; ++one) {
        int agreeing = 0;
#pragma unroll
        for (int other = 0; other < 4; ++other)
            agreeing += (key[one] >> LANE_SHIFT) == (u64)one && (key[other] >> LANE_SHIFT) == (u64)other &&
                        (key[one] & PLACE_MASK) == (key[other] & PLACE_MASK);
        if (agreeing > best) {
            best = agreeing;
            *place = key[one] & PLACE_MASK;
        }
    }
    return best;
}

// What one thread of diagnose found; the numbers lie in the order of launches.Slot.
struct Slot {
    u64 right, alias, stale, constant, wrong, bits, bits_read_one;
    u64 alias_xor_or, alias_xor_and, owner_lowest, owner_highest;
    u64 lanes_or[4], lanes_and[4];
    u64 first_index, first_read[4];
};

static __device__ __forceinline__ void count_wrong(Slot *slot, const Word &read, const Word &right)
{
    slot->wrong += 1;
#pragma unroll
    for (int lane = 0; lane < 4; ++lane) {
        u64 bits = read.lane[lane] ^ right.lane[lane];
        slot->bits += __popcll(bits);
        slot->bits_read_one += __popcll(bits & read.lane[lane]);
        slot->lanes_or[lane] |= bits;
        slot->lanes_and[lane] &= bits;
    }
}

static __device__ __forceinline__ void count_alias(Slot *slot, u64 index, u64 owner)
{
    slot->alias += 1;
    slot->alias_xor_or |= index ^ owner;
    slot->alias_xor_and &= index ^ owner;
    if (owner < slot->owner_lowest)
        slot->owner_lowest = owner;
    if (owner > slot->owner_highest)
        slot->owner_highest = owner;
}

static __device__ void class_word(
    Slot *slot, const Word &read, u64 index, u64 number, u64 kind, u64 salt, u64 total_words)
{
    Word right = expected_word(index ^ (number << PASS_SHIFT) ^ salt, kind);
    bool same = true;
    bool constant = read.lane[0] == 0 || read.lane[0] == ALL_ONES;
#pragma unroll
    for (int lane = 0; lane < 4; ++lane) {
        same = same && read.lane[lane] == right.lane[lane];
        constant = constant && read.lane[lane] == read.lane[0];
    }
    if (same) {
        slot->right += 1;
        return;
    }
    if (slot->first_index == ALL_ONES) {
        slot->first_index = index;
        for (int lane = 0; lane < 4; ++lane)
            slot->first_read[lane] = read.lane[lane];
    }
    if (constant) {
        slot->constant += 1;
        return;
    }
    u64 place = 0;
    // A walking word names no place.
    if (kind < 2 && decode(read, turn_of(kind), salt, &place) >= 2) {
        u64 owner = place & INDEX_MASK;
        u64 pass = place >> PASS_SHIFT;
        if (owner < total_words && pass == number && owner != index) {
            count_alias(slot, index, owner);
            return;
        }
        if (owner < total_words && pass >= 1 && pass < number) {
            slot->stale += 1;
            return;
        }
    }
    count_wrong(slot, read, right);
}

// A block looks at a page of `chosen`; thread t at the words t, t + 32 and so on. Each thread leaves a slot of its own,
// whole: no two threads ever write one number, and a storm of errors costs no more than a single one.
extern "C" __global__ void __launch_bounds__(32) diagnose(
    u64 base, u64 first_word, u64 chosen, u64 count, u64 number, u64 kind, u64 salt, u64 total_words, u64 slots)
{
    for (u64 i = blockIdx.x; i < count; i += gridDim.x) {
        u64 page = ((const u64 *)chosen)[i];
        Slot slot = {};
        slot.alias_xor_and = ALL_ONES;
        slot.owner_lowest = ALL_ONES;
        slot.first_index = ALL_ONES;
        for (int lane = 0; lane < 4; ++lane)
            slot.lanes_and[lane] = ALL_ONES;
        for (u64 word = threadIdx.x; word < PAGE_WORDS; word += blockDim.x) {
            Word read = read_word(base + page * PAGE_BYTES + word * WORD_BYTES);
            class_word(&slot, read, first_word + page * PAGE_WORDS + word, number, kind, salt, total_words);
        }
        *((Slot *)slots + i * blockDim.x + threadIdx.x) = slot;
    }
}

static_assert(sizeof(Slot) == SLOT_NUMBERS * sizeof(u64), "a slot has as many numbers as launches.SLOT_WORDS");
static_assert(THREAD_UNITS * PAGE_THREADS == PAGE_UNITS, "the threads of a block cover a page");
static_assert(PAGE_UNITS * UNIT_BYTES == PAGE_BYTES && PAGE_WORDS * WORD_BYTES == PAGE_BYTES, "a page is a page");
static_assert(THREAD_STEP * WORD_BYTES == PAGE_THREADS * UNIT_BYTES, "the threads of a block lie side by side");

// Single words from anywhere in the memory on trial.
extern "C" __global__ void __launch_bounds__(256) gather(u64 addresses, u64 count, u64 words)
{
    for (u64 i = blockIdx.x * (u64)blockDim.x + threadIdx.x; i < count; i += gridDim.x * (u64)blockDim.x)
        ((Word *)words)[i] = read_word(((const u64 *)addresses)[i]);
}

// Single words to anywhere in the memory on trial.
extern "C" __global__ void __launch_bounds__(256) poke(u64 addresses, u64 count, u64 words)
{
    for (u64 i = blockIdx.x * (u64)blockDim.x + threadIdx.x; i < count; i += gridDim.x * (u64)blockDim.x) {
        u64 address = ((const u64 *)addresses)[i];
        Word word = ((const Word *)words)[i];
        ulonglong2 low = {word.lane[0], word.lane[1]};
        ulonglong2 high = {word.lane[2], word.lane[3]};
        __stcg((ulonglong2 *)address, low);
        __stcg((ulonglong2 *)(address + UNIT_BYTES), high);
    }
}
