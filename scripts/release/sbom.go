package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/licenseclassifier/v2/assets"
	"github.com/google/uuid"
	"github.com/package-url/packageurl-go"
)

// billOfMaterials writes what p is made of, as CycloneDX 1.6 in JSON.
func (r *release) billOfMaterials(p *program, modules []module) error {
	sum := sha256.Sum256(p.data)
	main := cdx.Component{
		Type: cdx.ComponentTypeApplication, Name: "ltcsolo", Version: r.version,
		Licenses:           &cdx.Licenses{{License: &cdx.License{ID: "MIT"}}},
		Hashes:             &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}},
		ExternalReferences: &[]cdx.ExternalReference{{Type: cdx.ERTypeWebsite, URL: r.homepage}},
		Properties: &[]cdx.Property{
			{Name: "ltcsolo:system", Value: p.system()},
			{Name: "ltcsolo:go", Value: p.info.GoVersion},
			{Name: "ltcsolo:commit", Value: p.setting("vcs.revision")},
		},
	}
	identify(&main, p.info.Main.Path, p.info.Main.Version)
	var components []cdx.Component
	var references []string
	for _, m := range modules {
		c, err := component(m)
		if err != nil {
			return err
		}
		components, references = append(components, c), append(references, c.BOMRef)
	}
	bom := cdx.NewBOM()
	// The same program has the same number, and another one another.
	bom.SerialNumber = uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "%s#%x", main.PackageURL, sum)).URN()
	bom.Metadata = &cdx.Metadata{
		Timestamp:  r.when.Format(time.RFC3339),
		Lifecycles: &[]cdx.Lifecycle{{Phase: cdx.LifecyclePhaseBuild}},
		Component:  &main,
		Supplier:   &cdx.OrganizationalEntity{Name: r.maintainer, URL: &[]string{r.homepage}},
	}
	bom.Components = &components
	bom.Dependencies = &[]cdx.Dependency{{Ref: main.BOMRef, Dependencies: &references}}
	var b bytes.Buffer
	if err := cdx.NewBOMEncoder(&b, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		return err
	}
	return os.WriteFile(r.path(p.system()+".cdx.json"), b.Bytes(), 0o644)
}

// component describes a module.
func component(m module) (cdx.Component, error) {
	c := cdx.Component{Type: cdx.ComponentTypeLibrary, Name: m.path, Version: m.version, Scope: cdx.ScopeRequired}
	identify(&c, m.path, m.version)
	ids, err := licenceIDs(m.licences)
	if err != nil {
		return c, err
	}
	licences := cdx.Licenses{}
	for _, id := range ids {
		licences = append(licences, cdx.LicenseChoice{License: &cdx.License{ID: id}})
	}
	c.Licenses = &licences
	if m.sum != "" {
		c.Properties = &[]cdx.Property{{Name: "ltcsolo:go.sum", Value: m.sum}}
	}
	return c, nil
}

// identify sets what names c in other documents, the URL of a Go module.
func identify(c *cdx.Component, module, version string) {
	namespace, name := path.Split(module)
	c.PackageURL = packageurl.NewPackageURL(packageurl.TypeGolang, strings.TrimSuffix(namespace, "/"), name, version, nil, "").ToString()
	c.BOMRef = c.PackageURL
}

var classifier = sync.OnceValues(assets.DefaultClassifier)

// licenceIDs returns SPDX's names of the licences, sorted, by their texts. It fails on one that is not known.
func licenceIDs(licences []licence) ([]string, error) {
	known, err := classifier()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, l := range licences {
		if noticeFile.MatchString(path.Base(l.name)) {
			continue
		}
		before := len(ids)
		for _, m := range known.Match(l.text).Matches {
			if m.MatchType == "License" {
				ids = append(ids, m.Name)
			}
		}
		if len(ids) == before {
			return nil, fmt.Errorf("%s holds no licence that is known: read it", l.name)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
