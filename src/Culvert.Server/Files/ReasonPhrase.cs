namespace Culvert.Server.Files;

/// <summary>
/// The reason phrases of RFC 9110 §15 and RFC 6585, and one sentence for the page that goes with an error.
/// </summary>
internal static class ReasonPhrase
{
    public static string Of(int status) => status switch
    {
        200 => "OK",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no answer has this status"),
    };

    public static string Sentence(int status) => status switch
    {
        400 => "The server could not understand the request.",
        403 => "This may not be seen.",
        404 => "There is nothing at this address.",
        405 => "This address cannot be used with that method.",
        408 => "The request took too long to arrive.",
        411 => "The request must say how long its body is.",
        412 => "The file has changed, or is not what the request expects.",
        413 => "The body of the request is too large.",
        414 => "The address is too long.",
        416 => "The file does not have the part that was asked for.",
        417 => "The server cannot do what the request expects.",
        421 => "The request went to the wrong server.",
        429 => "Too many requests came from this address. Try again later.",
        431 => "The header of the request is too large.",
        500 => "Something went wrong on the server.",
        501 => "The server does not know that method.",
        503 => "The server is busy. Try again later.",
        505 => "The server does not speak that version of HTTP.",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no page has this status"),
    };
}
