//! The program as its users meet it: real servers, real files, real keys.
