package rigs

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// value is a value of a reply: an object, an array, or a text, which numbers and words are too. The zero value stands for
// what is missing.
type value struct {
	text   string
	fields []field // of an object, in their order
	items  []value // of an array
}

// field is a field of an object. Several may have the same name: VolcMiner has temp1 four times.
type field struct {
	name  string
	value value
}

const maxDepth = 16 // of objects and arrays within one another

// parse reads a reply as far as it can be understood. Miners write JSON by hand: commas are missing ("}{"), or too many,
// names are repeated, a NUL ends the reply, values are left out or are no JSON (nan), and the end may be cut off.
func parse(reply []byte) value {
	p := parser{text: string(reply)}
	p.skip(blanks)
	return p.value(0)
}

// parser reads text from pos on. Each of its methods ends, since each step goes forward.
type parser struct {
	text string
	pos  int
}

const (
	blanks = " \t\r\n\x00"
	marks  = ",:{}[]\""
)

func (p *parser) skip(set string) {
	for p.pos < len(p.text) && strings.IndexByte(set, p.text[p.pos]) >= 0 {
		p.pos++
	}
}

// at reports whether the next byte is one of set, or the text has ended.
func (p *parser) at(set string) bool {
	return p.pos == len(p.text) || strings.IndexByte(set, p.text[p.pos]) >= 0
}

// value reads a value, which begins at pos unless it is missing there.
func (p *parser) value(depth int) value {
	switch {
	case p.at(",}]"):
		return value{}
	case depth == maxDepth:
		p.pos = len(p.text)
		return value{}
	case p.at("{"):
		p.pos++
		return p.object(depth + 1)
	case p.at("["):
		p.pos++
		return p.array(depth + 1)
	}
	return value{text: p.scalar()}
}

// object reads what follows an object's brace. A bracket that closes something around it ends it too.
func (p *parser) object(depth int) (v value) {
	for {
		p.skip(blanks + ",:")
		switch {
		case p.at("]"):
			return v
		case p.at("}"):
			p.pos++
			return v
		case p.at("{["): // a value without a name
			p.value(depth)
			continue
		}
		name := p.scalar()
		p.skip(blanks)
		if p.at(":") && p.pos < len(p.text) {
			p.pos++
			p.skip(blanks)
			v.fields = append(v.fields, field{name, p.value(depth)})
		}
	}
}

// array reads what follows an array's bracket.
func (p *parser) array(depth int) (v value) {
	for {
		p.skip(blanks + ",:")
		switch {
		case p.at("}"):
			return v
		case p.at("]"):
			p.pos++
			return v
		}
		v.items = append(v.items, p.value(depth))
	}
}

// scalar reads a text in quotes, or else up to the next mark or blank.
func (p *parser) scalar() string {
	if !p.at(`"`) || p.pos == len(p.text) {
		from := p.pos
		for !p.at(marks + blanks) {
			p.pos++
		}
		return p.text[from:p.pos]
	}
	p.pos++
	from, escaped := p.pos, false
	for !p.at(`"`) {
		if p.text[p.pos] == '\\' {
			escaped = true
			p.pos++
		}
		p.pos = min(p.pos+1, len(p.text))
	}
	text := p.text[from:p.pos]
	p.pos = min(p.pos+1, len(p.text))
	if escaped {
		var plain string
		if json.Unmarshal([]byte(`"`+text+`"`), &plain) == nil {
			return plain
		}
	}
	return text
}

// get returns the first value of that name; the zero value if there is none.
func (v value) get(name string) value {
	for _, f := range v.fields {
		if f.name == name {
			return f.value
		}
	}
	return value{}
}

// first returns the first object of the list of that name, which some firmware writes without brackets.
func (v value) first(name string) value {
	list := v.get(name)
	if len(list.items) > 0 {
		return list.items[0]
	}
	return list
}

// word returns the first of these fields that has a text, on one line and short enough to be shown.
func (v value) word(names ...string) string {
	for _, name := range names {
		text := strings.Join(strings.Fields(strings.ToValidUTF8(v.get(name).text, "")), " ")
		if len(text) > maxWord {
			text = strings.ToValidUTF8(text[:maxWord], "")
		}
		if text != "" {
			return text
		}
	}
	return ""
}

const maxWord = 80 // bytes

// number returns the number that the value is, as such or as a text.
func (v value) number() (n float64, ok bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

// numberOf returns the first number among the fields of these names. ok is false if there is none.
func (v value) numberOf(names ...string) (n float64, ok bool) {
	for _, name := range names {
		for _, f := range v.fields {
			if f.name == name {
				if n, ok := f.value.number(); ok {
					return n, true
				}
			}
		}
	}
	return 0, false
}

// numbered returns the values whose names are prefix and a number, under that number, in their order.
func (v value) numbered(prefix string) (all []numbered) {
	for _, f := range v.fields {
		if rest, ok := strings.CutPrefix(f.name, prefix); ok {
			if n, err := strconv.ParseUint(rest, 10, 8); err == nil {
				all = append(all, numbered{int(n), f.value})
			}
		}
	}
	return all
}

type numbered struct {
	n     int
	value value
}
