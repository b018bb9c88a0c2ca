using Culvert.Protocol.Rooms;

namespace Culvert.Client.Following;

/// <summary>How far each room of a stream was delivered. Not thread-safe.</summary>
/// <remarks>
/// Two facts make a resumption exact: a cursor that is never ahead of what was delivered, and the offsets that were
/// delivered, which drop what a server sends again. Lines carry offsets only; the epoch, which a cursor needs too,
/// comes with <c>ready</c>, with the id of an event stream, or with the header <c>Culvert-Epoch</c> of the answer.
/// </remarks>
internal sealed class RoomPlaces(bool isSingle)
{
    private readonly Dictionary<string, Place> _places = [];
    private string? _token;
    private string? _epochOfAnswer;

    /// <summary>The cursor after the last delivered event; null when too little is known to make one.</summary>
    public string? Cursor
    {
        get
        {
            if (_token is not null)
            {
                return _token;
            }

            if (_places.Count == 0 || _places.Values.Any(p => p.Epoch is null))
            {
                return null;
            }

            // The null check above covers every place.
            return isSingle
                ? _places.Values.Select(p => new RoomCursor(p.Epoch!, p.Offset).ToString()).First()
                : CursorSet.Encode([.. _places.Select(p => (p.Key, new RoomCursor(p.Value.Epoch!, p.Value.Offset)))]);
        }
    }

    /// <summary>True when an event was delivered.</summary>
    public bool HasAny => _places.Values.Any(p => p.Offset > 0);

    /// <summary>A connection is open, and its server says which log it reads.</summary>
    public void Opened(string? epoch)
    {
        if (!isSingle || epoch is null || !RoomCursor.IsEpoch(epoch))
        {
            return;
        }

        _epochOfAnswer = epoch;
        foreach (var place in _places.Values)
        {
            if (place.Epoch is not null && place.Epoch != epoch)
            {
                // Another log: its offsets say nothing about those of the old one.
                place.Offset = 0;
            }

            place.Epoch = epoch;
        }
    }

    /// <summary>True when the event was not delivered yet; from now on it is.</summary>
    public bool Advance(string room, long offset, string? id)
    {
        var place = Of(room);
        if (offset <= place.Offset)
        {
            return false;
        }

        place.Offset = offset;
        if (id is null)
        {
            return true;
        }

        if (isSingle && RoomCursor.TryParse(id, out var cursor))
        {
            place.Epoch = cursor.Epoch;
        }
        else
        {
            _token = id;
        }

        return true;
    }

    /// <summary>Everything up to the cursor of <c>ready</c> was delivered.</summary>
    public void Ready(string? room, string cursor)
    {
        if (room is not null && RoomCursor.TryParse(cursor, out var one))
        {
            Set(room, one);
        }
        else if (CursorSet.TryDecode(cursor, out var several))
        {
            several.ForEach(s => Set(s.Room, s.Cursor));
            _token = _token is null ? null : cursor;
        }
        else
        {
            _token = cursor;
        }
    }

    /// <summary>The server cannot go on where we were and starts at <paramref name="floor"/>.</summary>
    public void Gap(string room, long floor, string? why)
    {
        var place = Of(room);
        place.Offset = Math.Max(0, floor - 1);
        if (why is GapWhy.Epoch)
        {
            place.Epoch = _epochOfAnswer;
        }
    }

    private void Set(string room, RoomCursor cursor)
    {
        var place = Of(room);
        place.Epoch = cursor.Epoch;
        place.Offset = cursor.Offset;
    }

    private Place Of(string room)
    {
        if (!_places.TryGetValue(room, out var place))
        {
            place = new Place { Epoch = _epochOfAnswer };
            _places.Add(room, place);
        }

        return place;
    }

    private sealed class Place
    {
        public string? Epoch { get; set; }

        public long Offset { get; set; }
    }
}
