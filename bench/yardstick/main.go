// The yardstick: the gateway's plain path as a small Go program, to hold the gateway's CPU time against.
//
// It does what the gateway does with a JSON body of plain rows: typed decode, canonical encode, blake2b-128 as the id, seven
// headers, acks=all from an idempotent producer, 200 once all rows are acknowledged. It does nothing else of what the gateway
// does: no lenient binding, no other formats, no limits, no sources, no metrics, no log, no dead letters.
//
//	yardstick -listen 127.0.0.1:PORT -bootstrap HOST:PORT -topic NAME    (it ends when its standard input does)
package main

import (
	"context"
	"encoding/hex"
	"flag"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/bytedance/sonic"
	"github.com/twmb/franz-go/pkg/kgo"
	"golang.org/x/crypto/blake2b"
)

const bodyBytesMax = 4 << 20

// Notification has the interface's members in ordinal order, which is their order on the wire.
type Notification struct {
	EventCode    *int64  `json:"event_code,omitempty"`
	EventLabel   *string `json:"event_label,omitempty"`
	MailFrom     *string `json:"mail_from,omitempty"`
	RcptTo       *string `json:"rcpt_to,omitempty"`
	RespClass    *int64  `json:"resp_class,omitempty"`
	RespCode     *int64  `json:"resp_code,omitempty"`
	RespMsg      *string `json:"resp_msg,omitempty"`
	SenderID     *int64  `json:"sender_id,omitempty"`
	Status       *string `json:"status,omitempty"`
	TimeFinished *int64  `json:"time_finished,omitempty"`
	TimeStarted  *int64  `json:"time_started,omitempty"`
	TrackingID   *string `json:"tracking_id,omitempty"`
	Tries        *int64  `json:"tries,omitempty"`
}

// parcel counts the acknowledgements of one request; the last one wakes it.
type parcel struct {
	left   atomic.Int64
	failed atomic.Bool
	done   chan struct{}
}

func (p *parcel) settle(_ *kgo.Record, err error) {
	if err != nil {
		p.failed.Store(true)
	}
	if p.left.Add(-1) == 0 {
		close(p.done)
	}
}

type server struct {
	client *kgo.Client
	topic  string
	json   sonic.API
}

func (s *server) post(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength < 0 || r.ContentLength > bodyBytesMax {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	body := make([]byte, r.ContentLength)
	if _, err := io.ReadFull(r.Body, body); err != nil {
		http.Error(w, "broken off", http.StatusBadRequest)
		return
	}
	var rows []Notification
	if err := s.json.Unmarshal(body, &rows); err != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	if !s.store(r.Context(), rows) {
		http.Error(w, "not acknowledged", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(append(strconv.AppendInt([]byte(`{"accepted":`), int64(len(rows)), 10), '}'))
}

// store returns whether all rows are acknowledged.
func (s *server) store(ctx context.Context, rows []Notification) bool {
	if len(rows) == 0 {
		return true
	}
	now := time.Now()
	shared := []kgo.RecordHeader{
		{Key: "ce_specversion", Value: []byte("1.0")},
		{Key: "ce_type", Value: []byte("email-delivery-status.smtp-notification.v1")},
		{Key: "content-type", Value: []byte("application/json")},
		{Key: "ce_source", Value: []byte("default")},
		{Key: "ce_time", Value: now.UTC().AppendFormat(nil, "2006-01-02T15:04:05.000Z")},
	}
	p := &parcel{done: make(chan struct{})}
	p.left.Store(int64(len(rows)))
	for i := range rows {
		value, err := s.json.Marshal(&rows[i])
		if err != nil {
			p.settle(nil, err)
			continue
		}
		s.client.Produce(ctx, s.record(&rows[i], value, now, shared), p.settle)
	}
	<-p.done
	return !p.failed.Load()
}

func (s *server) record(row *Notification, value []byte, now time.Time, shared []kgo.RecordHeader) *kgo.Record {
	hash, _ := blake2b.New(16, nil)
	hash.Write(value)
	var sum [16]byte
	id := hex.AppendEncode(nil, hash.Sum(sum[:0]))
	key := id
	if row.TrackingID != nil && *row.TrackingID != "" {
		key = []byte(*row.TrackingID)
	}
	headers := make([]kgo.RecordHeader, 0, 7)
	headers = append(headers, kgo.RecordHeader{Key: "ce_id", Value: id}, kgo.RecordHeader{Key: "ce_subject", Value: key})
	headers = append(headers, shared...)
	return &kgo.Record{Topic: s.topic, Key: key, Value: value, Headers: headers, Timestamp: now}
}

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on")
	bootstrap := flag.String("bootstrap", "127.0.0.1:9092", "Kafka")
	topic := flag.String("topic", "smtp.notifications", "the topic of the events")
	flag.Parse()
	client, err := kgo.NewClient(
		kgo.SeedBrokers(*bootstrap),
		kgo.RequiredAcks(kgo.AllISRAcks()), // idempotent too: the client's default
		kgo.ProducerLinger(time.Millisecond),
		kgo.ProducerBatchCompression(kgo.Lz4Compression(), kgo.NoCompression()),
		kgo.MaxBufferedRecords(100_000),
		kgo.RecordDeliveryTimeout(4300*time.Millisecond),
	)
	if err != nil {
		log.Fatal(err)
	}
	s := &server{client: client, topic: *topic, json: sonic.ConfigFastest}
	http.HandleFunc("POST /api/SMTP", s.post)
	http.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if client.Ping(r.Context()) != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(http.ListenAndServe(*listen, nil))
}
