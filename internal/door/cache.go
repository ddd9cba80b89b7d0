package door

import (
	"container/list"
	"sync"
)

// cache keeps the values that were used last, by text. It may be used by many goroutines.
type cache[V any] struct {
	mu    sync.Mutex
	room  int
	items map[string]*list.Element // of entries
	order *list.List               // the one used last in front
}

type entry[V any] struct {
	key   string
	value V
}

// newCache is a cache of at most room values.
func newCache[V any](room int) *cache[V] {
	return &cache[V]{room: room, items: map[string]*list.Element{}, order: list.New()}
}

// of is the value of a key, which is made if there is none.
func (c *cache[V]) of(key string, make func() (V, error)) (V, error) {
	if v, ok := c.get(key); ok {
		return v, nil
	}
	v, err := make()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.items[key]; ok { // another goroutine was faster
		return e.Value.(entry[V]).value, nil
	}
	c.items[key] = c.order.PushFront(entry[V]{key, v})
	for c.order.Len() > c.room {
		last := c.order.Back()
		delete(c.items, last.Value.(entry[V]).key)
		c.order.Remove(last)
	}
	return v, nil
}

func (c *cache[V]) get(key string) (v V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.items[key]
	if !ok {
		return v, false
	}
	c.order.MoveToFront(e)
	return e.Value.(entry[V]).value, true
}
