/* The limit: lengths of routes inside polygons by a compiled kernel that does nothing else.
 *
 * Edges of each polygon lie in bands of latitude, within a band by their western end. A route is
 * carried along edge by edge: the edges of the outline that it crosses, found in its bands, turn
 * outside into inside and back. All of this is prepared, as an index would be kept; only
 * limit_measure is timed. No distances, no tiles, nothing checked: what a processor needs at the
 * least, so that it is seen how far from it a screening is.
 *
 * Coordinates in degrees, where edges are straight; lengths by the mid-latitude formula on WGS 84,
 * good to 4e-7 for the edges of up to 10 km that the benchmark has.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CELL 0.1 /* degrees: polygons are looked up by the cells that their boxes meet */
#define CHUNK 32 /* edges of a route that look polygons up together */
#define MOST 64  /* crossings of one edge of a route that are kept; more would be told */

#define LESS(a, b) ((a) < (b) ? (a) : (b))
#define MORE(a, b) ((a) > (b) ? (a) : (b))

typedef struct { double x0, y0, x1, y1; } Edge;
typedef struct {
    double west, south, east, north, per_band;
    int64_t bands, first; /* first: its first band */
} Polygon;
typedef struct {
    int64_t polygons, columns, rows;
    double west, south;
    Polygon *polygon;
    int64_t *band_start; /* first edge of each band, bands of all polygons one after the other */
    double *widest;      /* widest edge of each band, in degrees */
    Edge *edge;
    int64_t *cell_start;
    int32_t *cell;
} Limit;
typedef struct { double metres; int64_t chunk, route; int inside; } State;

static int64_t band_of(const Polygon *p, double y) {
    int64_t band = (int64_t)((y - p->south) * p->per_band);
    return band < 0 ? 0 : band >= p->bands ? p->bands - 1 : band;
}

static int by_west(const void *a, const void *b) {
    const Edge *one = a, *other = b;
    double x = LESS(one->x0, one->x1), y = LESS(other->x0, other->x1);
    return (x > y) - (x < y);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int64_t clamped(double value, int64_t count) {
    int64_t found = (int64_t)floor(value);
    return found < 0 ? 0 : found >= count ? count - 1 : found;
}

/* The cells that a box meets: first and last column, first and last row. */
static void cells(const Limit *limit, const double *box, int64_t *out) {
    out[0] = clamped((box[0] - limit->west) / CELL, limit->columns);
    out[1] = clamped((box[2] - limit->west) / CELL, limit->columns);
    out[2] = clamped((box[1] - limit->south) / CELL, limit->rows);
    out[3] = clamped((box[3] - limit->south) / CELL, limit->rows);
}

/* edges (n, 4), start (polygons + 1) its first edge, boxes (polygons, 4). NULL without memory. */
Limit *limit_build(int64_t polygons, const double *edges, const int64_t *start, const double *boxes) {
    Limit *limit = calloc(1, sizeof *limit);
    limit->polygons = polygons;
    limit->polygon = calloc((size_t)polygons + 1, sizeof(Polygon));
    double east = -1e9, north = -1e9, west = 1e9, south = 1e9;
    int64_t bands = 0, copies = 0;
    for (int64_t n = 0; n < polygons; n++) {
        Polygon *p = limit->polygon + n;
        const double *box = boxes + 4 * n;
        p->west = box[0]; p->south = box[1]; p->east = box[2]; p->north = box[3];
        west = LESS(west, p->west); south = LESS(south, p->south);
        east = MORE(east, p->east); north = MORE(north, p->north);
        double climb = 0, height = p->north - p->south;
        for (int64_t e = start[n]; e < start[n + 1]; e++) climb += fabs(edges[4 * e + 3] - edges[4 * e + 1]);
        /* Bands twice as high as edges are on average: an edge lies in one or two. */
        p->bands = (int64_t)MORE(1, 0.5 * height * (double)(start[n + 1] - start[n]) / MORE(climb, 1e-12));
        p->per_band = (double)p->bands / MORE(height, 1e-12);
        p->first = bands;
        bands += p->bands;
        for (int64_t e = start[n]; e < start[n + 1]; e++) {
            const double *at = edges + 4 * e;
            copies += 1 + band_of(p, MORE(at[1], at[3])) - band_of(p, LESS(at[1], at[3]));
        }
    }
    limit->band_start = calloc((size_t)bands + 2, sizeof(int64_t));
    limit->widest = calloc((size_t)bands + 1, sizeof(double));
    limit->edge = malloc((size_t)copies * sizeof(Edge));
    if (!limit->edge) return NULL;
    /* Counted two places on: filling moves each start to that of the next band. */
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t n = 0; n < polygons; n++) {
            const Polygon *p = limit->polygon + n;
            for (int64_t e = start[n]; e < start[n + 1]; e++) {
                const double *at = edges + 4 * e;
                int64_t last = p->first + band_of(p, MORE(at[1], at[3]));
                for (int64_t b = p->first + band_of(p, LESS(at[1], at[3])); b <= last; b++) {
                    if (!pass) {
                        limit->band_start[b + 2]++;
                    } else {
                        memcpy(limit->edge + limit->band_start[b + 1]++, at, sizeof(Edge));
                        limit->widest[b] = MORE(limit->widest[b], fabs(at[2] - at[0]));
                    }
                }
            }
        }
        if (!pass) for (int64_t b = 1; b <= bands + 1; b++) limit->band_start[b] += limit->band_start[b - 1];
    }
    for (int64_t b = 0; b < bands; b++)
        qsort(limit->edge + limit->band_start[b],
              (size_t)(limit->band_start[b + 1] - limit->band_start[b]), sizeof(Edge), by_west);
    limit->west = west; limit->south = south;
    limit->columns = 1 + (int64_t)((east - west) / CELL);
    limit->rows = 1 + (int64_t)((north - south) / CELL);
    limit->cell_start = calloc((size_t)(limit->columns * limit->rows) + 2, sizeof(int64_t));
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t n = 0; n < polygons; n++) {
            int64_t of[4];
            cells(limit, boxes + 4 * n, of);
            for (int64_t row = of[2]; row <= of[3]; row++)
                for (int64_t column = of[0]; column <= of[1]; column++) {
                    int64_t cell = row * limit->columns + column;
                    if (!pass) limit->cell_start[cell + 2]++;
                    else limit->cell[limit->cell_start[cell + 1]++] = (int32_t)n;
                }
        }
        if (!pass) {
            int64_t last = limit->columns * limit->rows + 1, all = 0;
            for (int64_t n = 0; n < polygons; n++) {
                int64_t of[4];
                cells(limit, boxes + 4 * n, of);
                all += (1 + of[1] - of[0]) * (1 + of[3] - of[2]);
            }
            for (int64_t c = 1; c <= last; c++) limit->cell_start[c] += limit->cell_start[c - 1];
            limit->cell = malloc((size_t)(all + 1) * sizeof(int32_t));
            if (!limit->cell) return NULL;
        }
    }
    return limit;
}

static int64_t first_from(const Edge *edge, int64_t low, int64_t high, double west) {
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (LESS(edge[middle].x0, edge[middle].x1) < west) low = middle + 1; else high = middle;
    }
    return low;
}

static int inside(const Limit *limit, const Polygon *p, double x, double y) {
    if (x < p->west || x > p->east || y < p->south || y > p->north) return 0;
    int64_t band = p->first + band_of(p, y);
    int found = 0;
    for (int64_t e = limit->band_start[band]; e < limit->band_start[band + 1]; e++) {
        const Edge *at = limit->edge + e;
        if ((at->y0 > y) == (at->y1 > y)) continue;
        double across = (at->x1 - at->x0) * (y - at->y0) - (x - at->x0) * (at->y1 - at->y0);
        found ^= (across > 0) == (at->y1 > at->y0);
    }
    return found;
}

static double metres(const double *a, const double *b) {
    const double degree = M_PI / 180, f = 1 / 298.257223563, e2 = f * (2 - f);
    double middle = 0.5 * degree * (a[1] + b[1]), sine = sin(middle);
    double w2 = 1 - e2 * sine * sine, vertical = 6378137.0 / sqrt(w2);
    double north = degree * (b[1] - a[1]) * vertical * ((1 - e2) / w2);
    double east = 2 * sin(0.5 * degree * (b[0] - a[0])) * cos(middle) * vertical;
    return sqrt(north * north + east * east);
}

/* The edges of an outline whose boxes meet a box; how many. `room` grows where it must. */
static int64_t gathered(const Limit *limit, const Polygon *p, const double *box, Edge **room, int64_t *size) {
    int64_t low = band_of(p, box[1]), high = band_of(p, box[3]), found = 0;
    for (int64_t band = low; band <= high; band++) {
        int64_t end = limit->band_start[p->first + band + 1];
        int64_t e = first_from(limit->edge, limit->band_start[p->first + band], end,
                               box[0] - limit->widest[p->first + band]);
        for (; e < end; e++) {
            const Edge *at = limit->edge + e;
            if (LESS(at->x0, at->x1) > box[2]) break;
            double south = LESS(at->y0, at->y1);
            if (MORE(at->x0, at->x1) < box[0] || south > box[3] || MORE(at->y0, at->y1) < box[1]) continue;
            /* An edge may lie in several bands and is taken from the first. */
            int64_t of = band_of(p, south);
            if (band != (of < low ? low : of)) continue;
            if (found == *size) {
                *size *= 2;
                *room = realloc(*room, (size_t)*size * sizeof(Edge));
            }
            (*room)[found++] = *at;
        }
    }
    return found;
}

/* Shares of the edge a-b where it crosses any of some edges, unsorted; how many. */
static int crossings(const Edge *edge, int64_t edges, const double *a, const double *b, double *share) {
    double dx = b[0] - a[0], dy = b[1] - a[1];
    int found = 0;
    for (int64_t e = 0; e < edges; e++) {
        const Edge *at = edge + e;
        double one = dx * (at->y0 - a[1]) - dy * (at->x0 - a[0]);
        double other = dx * (at->y1 - a[1]) - dy * (at->x1 - a[0]);
        if ((one > 0) == (other > 0)) continue;
        double ex = at->x1 - at->x0, ey = at->y1 - at->y0;
        double begin = ex * (a[1] - at->y0) - ey * (a[0] - at->x0);
        double finish = ex * (b[1] - at->y0) - ey * (b[0] - at->x0);
        if ((begin > 0) == (finish > 0) || found == MOST) continue;
        share[found++] = begin / (begin - finish);
    }
    return found;
}

/* xy (n, 2), start (routes + 1) the first vertex of each route. Writes route, polygon and metres of
 * at most `room` meetings; how many there are, or -1 where they do not fit. */
int64_t limit_measure(const Limit *limit, int64_t routes, const double *xy, const int64_t *start,
                      int64_t room, int64_t *out_route, int64_t *out_polygon, double *out_m) {
    State *state = malloc((size_t)limit->polygons * sizeof(State));
    int64_t *looked = malloc((size_t)limit->polygons * sizeof(int64_t));
    int64_t *met = malloc((size_t)limit->polygons * sizeof(int64_t));
    int64_t chunk = 0, found = 0, size = 1024;
    Edge *close = malloc((size_t)size * sizeof(Edge));
    for (int64_t n = 0; n < limit->polygons; n++) { state[n].chunk = state[n].route = -9; looked[n] = -9; }
    for (int64_t route = 0; route < routes; route++) {
        int64_t here = 0;
        chunk++;
        for (int64_t first = start[route]; first + 1 < start[route + 1]; first += CHUNK, chunk++) {
            int64_t edges = start[route + 1] - 1 - first;
            if (edges > CHUNK) edges = CHUNK;
            const double *at = xy + 2 * first;
            double box[4] = {at[0], at[1], at[0], at[1]}, length[CHUNK], all = -1;
            for (int64_t n = 0; n < edges; n++) {
                const double *to = at + 2 * n + 2;
                box[0] = LESS(box[0], to[0]); box[1] = LESS(box[1], to[1]);
                box[2] = MORE(box[2], to[0]); box[3] = MORE(box[3], to[1]);
            }
            int64_t of[4];
            cells(limit, box, of);
            for (int64_t row = of[2]; row <= of[3]; row++)
            for (int64_t column = of[0]; column <= of[1]; column++) {
                int64_t cell = row * limit->columns + column;
                for (int64_t c = limit->cell_start[cell]; c < limit->cell_start[cell + 1]; c++) {
                    int64_t number = limit->cell[c];
                    const Polygon *p = limit->polygon + number;
                    if (looked[number] == chunk) continue;
                    looked[number] = chunk;
                    if (p->west > box[2] || p->east < box[0] || p->south > box[3] || p->north < box[1]) continue;
                    State *s = state + number;
                    if (s->route != route) { s->route = route; s->metres = 0; met[here++] = number; }
                    int is_in = s->chunk == chunk - 1 ? s->inside : inside(limit, p, at[0], at[1]);
                    int64_t near = gathered(limit, p, box, &close, &size);
                    if (!near && !is_in) { s->inside = 0; s->chunk = chunk; continue; }
                    if (all < 0) {
                        all = 0;
                        for (int64_t n = 0; n < edges; n++) all += length[n] = metres(at + 2 * n, at + 2 * n + 2);
                    }
                    if (!near) s->metres += all;
                    for (int64_t n = 0; near && n < edges; n++) {
                        double share[MOST], inner = 0, from = 0;
                        int cut = crossings(close, near, at + 2 * n, at + 2 * n + 2, share);
                        if (cut > 1) qsort(share, (size_t)cut, sizeof(double), by_value);
                        for (int k = 0; k < cut; k++) {
                            if (is_in) inner += share[k] - from;
                            from = share[k];
                            is_in = !is_in;
                        }
                        if (is_in) inner += 1 - from;
                        s->metres += inner * length[n];
                    }
                    s->inside = is_in; s->chunk = chunk;
                }
            }
        }
        for (int64_t n = 0; n < here; n++) {
            if (state[met[n]].metres <= 0) continue;
            if (found == room) { found = -1; goto done; }
            out_route[found] = route; out_polygon[found] = met[n]; out_m[found++] = state[met[n]].metres;
        }
    }
done:
    free(close); free(state); free(looked); free(met);
    return found;
}
