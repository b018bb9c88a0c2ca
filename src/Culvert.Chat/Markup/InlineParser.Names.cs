namespace Culvert.Chat.Markup;

// What leads somewhere: links, people, rooms; and the names of emoji.
internal sealed partial class InlineParser
{
    private const int MaxUserName = 32;
    private const int MaxRoomName = 64;

    private bool TakeEmoji()
    {
        if (MarkupCharacters.IsAsciiWord(MarkupCharacters.Before(text, _index))
            || EmojiTable.FindAt(text, _index) is not { } emoji)
        {
            return false;
        }

        _plain.Append(emoji);
        _index = text.IndexOf(':', _index + 1) + 1;
        return true;
    }

    private bool TakeLink()
    {
        var start = _index + 1;
        var middle = text.AsSpan(start).IndexOfAny('[', ']') + start;
        if (middle <= start || text[middle] != ']' || middle + 1 >= text.Length || text[middle + 1] != '(')
        {
            return false;
        }

        var end = EndOfTarget(middle + 2);
        var label = text[start..middle];
        var target = text[(middle + 2)..end];
        if (end >= text.Length || text[end] != ')' || !MarkupAddress.IsSafe(target) || IsOtherAddress(label, target)
            || label.EnumerateRunes().All(static rune => MarkupCharacters.IsSpace(rune.Value)))
        {
            return false;
        }

        var link = new InlinePiece(InlinePieceKind.Link, "") { Target = target, Pieces = Parse(label, isInLink: true) };
        return Push(link, end + 1 - _index);
    }

    private int EndOfTarget(int start)
    {
        var depth = 0;
        for (var end = start; end < text.Length; end++)
        {
            var c = text[end];
            if (MarkupCharacters.IsSpace(c) || c == '[' || c == ')' && depth-- == 0)
            {
                return end;
            }

            depth += c == '(' ? 1 : 0;
        }

        return text.Length;
    }

    // A text that is itself an address has to be the one that the link leads to.
    private static bool IsOtherAddress(string label, string target) =>
        label != target && (label.Contains("://", StringComparison.Ordinal)
            || label.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
            || label.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase));

    private bool TakeName(InlinePieceKind kind, int maxLength)
    {
        var previous = MarkupCharacters.Before(text, _index);
        if (MarkupCharacters.IsWord(previous) || previous is '@' or '#' or '/' or '&' or '.')
        {
            return false;
        }

        var start = _index + 1;
        var end = start;
        var letters = 0;
        var length = 0;
        while (MarkupCharacters.After(text, end) is var point && IsNamePoint(point, end == start))
        {
            letters += MarkupCharacters.IsDigit(point) ? 0 : 1;
            length++;
            end += point > char.MaxValue ? 2 : 1;
        }

        for (; end > start && (text[end - 1] is '.' or '-'); end--)
        {
            length--;
            letters--;
        }

        if (end == start)
        {
            return false;
        }

        return length > maxLength || kind == InlinePieceKind.Room && letters == 0
            ? Keep(end - _index)
            : Push(new InlinePiece(kind, text[_index..end]) { Target = text[start..end] }, end - _index);
    }

    private static bool IsNamePoint(int point, bool isFirst) =>
        MarkupCharacters.IsWord(point) || (!isFirst && (point is '-' or '_' or '.'));

    private bool TakeAddress()
    {
        if (MarkupCharacters.IsAsciiWord(MarkupCharacters.Before(text, _index))
            || MarkupAddress.Find(text, _index) is not var (end, isSafe))
        {
            return false;
        }

        var address = text[_index..end];
        return isSafe
            ? Push(
                new InlinePiece(InlinePieceKind.Link, "")
                {
                    Target = address,
                    Pieces = [new InlinePiece(InlinePieceKind.Text, address)],
                },
                address.Length)
            : Keep(address.Length);
    }
}
