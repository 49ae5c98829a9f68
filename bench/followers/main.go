// The followers: many WebSockets that speak graphql-transport-ws, each with one subscription, and how late changes come to them.
//
// A payload says in lastEventAt when its change was made, by the clock of this machine; the time from there to the frame's last
// byte is what is told. Commands come as lines: "reset" forgets what was seen, "report" tells it as a JSON line, and the end of the
// input ends it all. When every connection has subscribed, a first report is told.
//
//	followers -address 127.0.0.1:PORT -connections N -token TOKEN -payloads FILE
//
// FILE: a JSON list of the payloads of `subscribe`; the connections take them in turn. Loopback only.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	connectionsMax = 20_000
	openingMax     = 64
	frameBytesMax  = 1 << 20
	textFrame      = 1
	closeFrame     = 8
	pingFrame      = 9
	pongFrame      = 10
)

var (
	timeName = []byte(`"lastEventAt":"`)
	isNext   = []byte(`"type":"next"`)
	isPing   = []byte(`"type":"ping"`)
	isAck    = []byte(`"type":"connection_ack"`)
)

// follower is one connection and what came over it.
type follower struct {
	connection net.Conn
	reader     *bufio.Reader
	lock       sync.Mutex
	late       []uint32 // µs
	problem    error
}

func main() {
	address := flag.String("address", "", "where to, on loopback")
	connections := flag.Int("connections", 1, "connections")
	token := flag.String("token", "", "the bearer token")
	file := flag.String("payloads", "", "the payloads, as JSON")
	flag.Parse()
	host, _, err := net.SplitHostPort(*address)
	if err != nil {
		log.Fatal(err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() || *connections < 1 || *connections > connectionsMax {
		log.Fatalf("loopback only, and at most %d connections", connectionsMax)
	}
	payloads, err := read(*file)
	if err != nil {
		log.Fatal(err)
	}
	all := open(*address, *token, payloads, *connections)
	report(all)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		switch lines.Text() {
		case "reset":
			for _, one := range all {
				one.lock.Lock()
				one.late = one.late[:0]
				one.lock.Unlock()
			}
		case "report":
			report(all)
		}
	}
}

func read(path string) ([]json.RawMessage, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var payloads []json.RawMessage
	if err := json.Unmarshal(content, &payloads); err != nil {
		return nil, err
	}
	if len(payloads) == 0 {
		return nil, errors.New("no payloads")
	}
	return payloads, nil
}

// open connects them, so many at a time, and leaves each to a goroutine that reads.
func open(address, token string, payloads []json.RawMessage, count int) []*follower {
	all := make([]*follower, count)
	turns := make(chan struct{}, openingMax)
	var opening sync.WaitGroup
	for i := range all {
		all[i] = &follower{}
		opening.Add(1)
		go func(one *follower, payload json.RawMessage) {
			turns <- struct{}{}
			err := one.begin(address, token, payload)
			<-turns
			opening.Done()
			if err == nil {
				err = one.follow()
			}
			one.lock.Lock()
			one.problem = err
			one.lock.Unlock()
		}(all[i], payloads[i%len(payloads)])
	}
	opening.Wait()
	return all
}

func (f *follower) begin(address, token string, payload json.RawMessage) error {
	connection, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		return err
	}
	f.connection, f.reader = connection, bufio.NewReaderSize(connection, 4096)
	head := "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
		"Sec-WebSocket-Protocol: graphql-transport-ws\r\nAuthorization: Bearer " + token + "\r\n\r\n"
	if _, err := connection.Write([]byte(head)); err != nil {
		return err
	}
	line, err := f.reader.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(line, "HTTP/1.1 101") {
		return fmt.Errorf("answered %s", strings.TrimSpace(line))
	}
	for line != "\r\n" {
		if line, err = f.reader.ReadString('\n'); err != nil {
			return err
		}
	}
	if err := f.send(textFrame, []byte(`{"type":"connection_init"}`)); err != nil {
		return err
	}
	_, content, err := f.frame()
	if err != nil {
		return err
	}
	if !bytes.Contains(content, isAck) {
		return fmt.Errorf("not acknowledged: %s", content)
	}
	return f.send(textFrame, []byte(`{"id":"1","type":"subscribe","payload":`+string(payload)+`}`))
}

func (f *follower) follow() error {
	for {
		kind, content, err := f.frame()
		if err != nil {
			return err
		}
		switch kind {
		case pingFrame:
			err = f.send(pongFrame, content)
		case closeFrame:
			return fmt.Errorf("closed: %q", content)
		case textFrame:
			switch {
			case bytes.Contains(content, isNext):
				f.take(content)
			case bytes.Contains(content, isPing):
				err = f.send(textFrame, []byte(`{"type":"pong"}`))
			default:
				return fmt.Errorf("unexpected: %.200s", content)
			}
		}
		if err != nil {
			return err
		}
	}
}

func (f *follower) take(content []byte) {
	now := time.Now()
	_, rest, found := bytes.Cut(content, timeName)
	if !found {
		return
	}
	text, _, _ := bytes.Cut(rest, []byte(`"`))
	made, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return
	}
	f.lock.Lock()
	f.late = append(f.late, uint32(max(0, now.Sub(made).Microseconds())))
	f.lock.Unlock()
}

// send writes a frame; a client's are masked, here with zeros.
func (f *follower) send(kind byte, content []byte) error {
	head := []byte{0x80 | kind}
	switch {
	case len(content) < 126:
		head = append(head, 0x80|byte(len(content)))
	case len(content) < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, 0x80|126), uint16(len(content)))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 0x80|127), uint64(len(content)))
	}
	head = append(head, 0, 0, 0, 0)
	_, err := f.connection.Write(append(head, content...))
	return err
}

func (f *follower) frame() (byte, []byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(f.reader, head[:2]); err != nil {
		return 0, nil, err
	}
	kind, size := head[0]&0x0f, uint64(head[1]&0x7f)
	switch size {
	case 126:
		if _, err := io.ReadFull(f.reader, head[:2]); err != nil {
			return 0, nil, err
		}
		size = uint64(binary.BigEndian.Uint16(head[:2]))
	case 127:
		if _, err := io.ReadFull(f.reader, head[:]); err != nil {
			return 0, nil, err
		}
		size = binary.BigEndian.Uint64(head[:])
	}
	if size > frameBytesMax {
		return 0, nil, fmt.Errorf("a frame of %d bytes", size)
	}
	content := make([]byte, size)
	_, err := io.ReadFull(f.reader, content)
	return kind, content, err
}

func report(all []*follower) {
	var late []uint32
	problems := map[string]int{}
	for _, one := range all {
		one.lock.Lock()
		late = append(late, one.late...)
		if one.problem != nil {
			problems[one.problem.Error()]++
		}
		one.lock.Unlock()
	}
	slices.Sort(late)
	at := func(share float64) uint32 {
		if len(late) == 0 {
			return 0
		}
		return late[min(int(float64(len(late))*share), len(late)-1)]
	}
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"payloads": len(late), "problems": problems, "p50_us": at(0.50), "p99_us": at(0.99), "max_us": at(1),
		"cpu_s": float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9,
	})
}
