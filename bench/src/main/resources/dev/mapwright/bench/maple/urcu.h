/* What the maple tree asks of RCU, for one thread: nobody else reads, so nothing is waited for. */
#ifndef MAPWRIGHT_URCU_H
#define MAPWRIGHT_URCU_H
#define rcu_dereference(p) (p)
#define rcu_assign_pointer(p, v) ((p) = (v))
#define rcu_read_lock() do {} while (0)
#define rcu_read_unlock() do {} while (0)
#define rcu_register_thread() do {} while (0)
#define rcu_unregister_thread() do {} while (0)
#define synchronize_rcu() do {} while (0)
struct rcu_head { void (*func)(struct rcu_head *); struct rcu_head *next; };
#define call_rcu(head, function) (function)(head)
#endif
