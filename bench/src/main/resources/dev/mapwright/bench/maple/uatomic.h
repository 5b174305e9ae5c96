/* Counters, for one thread. */
#ifndef MAPWRIGHT_UATOMIC_H
#define MAPWRIGHT_UATOMIC_H
#define uatomic_read(p) (*(p))
#define uatomic_set(p, v) (*(p) = (v))
#define uatomic_inc(p) ((void)(*(p))++)
#define uatomic_dec(p) ((void)(*(p))--)
#define uatomic_add(p, v) ((void)(*(p) += (v)))
#define uatomic_xchg(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define uatomic_cmpxchg(p, o, n) __sync_val_compare_and_swap(p, o, n)
#endif
