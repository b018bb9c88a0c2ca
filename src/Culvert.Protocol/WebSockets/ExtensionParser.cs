using System.Buffers;

namespace Culvert.Protocol.WebSockets;

/// <summary>
/// The strict grammar of <c>Sec-WebSocket-Extensions</c> (RFC 6455 §9.1, list rule of RFC 9110 §5.6.1).
/// </summary>
internal ref struct ExtensionParser
{
    /// <summary>
    /// More elements or parameters than any client sends; beyond them the header counts as malformed.
    /// </summary>
    private const int MaxItems = 32;

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private ReadOnlySpan<char> _rest;

    private ExtensionParser(ReadOnlySpan<char> value) => _rest = value;

    /// <summary>Splits a header; null and blank are the empty list. False when the grammar is broken.</summary>
    public static bool TryParse(string? value, out IReadOnlyList<Extension> extensions)
    {
        var list = new List<Extension>();
        extensions = list;
        var parser = new ExtensionParser(value);
        while (true)
        {
            parser.SkipBlanks();
            if (parser._rest.IsEmpty)
            {
                return true;
            }

            // A recipient accepts empty list elements (RFC 9110 §5.6.1.2).
            if (parser.Take(','))
            {
                continue;
            }

            if (list.Count == MaxItems || parser.ReadExtension() is not { } extension)
            {
                return false;
            }

            list.Add(extension);
            if (!parser._rest.IsEmpty && !parser.Take(','))
            {
                return false;
            }
        }
    }

    /// <summary>The token that <paramref name="text"/> consists of, as in a subprotocol list.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) =>
        !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    private Extension? ReadExtension()
    {
        if (ReadToken() is not { } name)
        {
            return null;
        }

        var parameters = new List<(string Name, string? Value)>();
        SkipBlanks();
        while (Take(';'))
        {
            SkipBlanks();
            if (parameters.Count == MaxItems || ReadToken() is not { } parameter)
            {
                return null;
            }

            SkipBlanks();
            string? value = null;
            if (Take('='))
            {
                SkipBlanks();
                value = _rest is ['"', ..] ? ReadQuoted() : ReadToken();
                if (value is null)
                {
                    return null;
                }

                SkipBlanks();
            }

            parameters.Add((parameter, value));
        }

        return new Extension(name, parameters);
    }

    private string? ReadToken()
    {
        var length = _rest.IndexOfAnyExcept(TokenCharacters);
        length = length < 0 ? _rest.Length : length;
        if (length == 0)
        {
            return null;
        }

        var token = _rest[..length].ToString();
        _rest = _rest[length..];
        return token;
    }

    /// <summary>A quoted value; what it says once unquoted has to be a token (RFC 6455 §9.1).</summary>
    private string? ReadQuoted()
    {
        Span<char> unquoted = stackalloc char[64];
        var count = 0;
        for (var index = 1; index < _rest.Length; index++)
        {
            var value = _rest[index];
            if (value == '"')
            {
                _rest = _rest[(index + 1)..];
                return IsToken(unquoted[..count]) ? unquoted[..count].ToString() : null;
            }

            if (value == '\\' && ++index < _rest.Length)
            {
                value = _rest[index];
            }

            if (count == unquoted.Length)
            {
                return null;
            }

            unquoted[count++] = value;
        }

        return null;
    }

    private void SkipBlanks() => _rest = _rest.TrimStart(" \t");

    private bool Take(char expected)
    {
        if (_rest.IsEmpty || _rest[0] != expected)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }
}
